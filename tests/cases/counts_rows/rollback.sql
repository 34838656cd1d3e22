delete from customers where id = 100;
