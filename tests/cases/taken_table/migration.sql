alter table orders add column a int;
create table customers (id int);
