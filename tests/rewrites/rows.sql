update orders set note = 'none';

delete from customers;

-- none
update measures set value = 1;

-- none
update orders set note = 'none' where id = 5;
