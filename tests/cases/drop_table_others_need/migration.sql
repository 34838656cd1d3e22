alter table customers add column a int;
drop table customers;
