create table extra (id int);
alter table missing add column a int;
