create table b (id int);
insert into nowhere values (1);
