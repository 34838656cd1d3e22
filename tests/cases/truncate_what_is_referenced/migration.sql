alter table orders add column a int;
truncate customers;
