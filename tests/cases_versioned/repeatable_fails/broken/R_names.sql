drop view if exists names;
create view names as select nowhere from users;
insert into names values (1);
