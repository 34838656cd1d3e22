create table a (id int);
alter table orders add column a int default no_such_function();
