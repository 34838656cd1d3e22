insert into customers values (100, 'a', null), (101, 'b', null);
update customers set email = 'none' where id >= 100;
delete from customers where id = 101;
