alter table customers add column a int;
alter table customers alter column name type varchar(5);
