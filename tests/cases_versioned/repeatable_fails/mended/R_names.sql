drop view if exists names;
create view names as select id, name from users;
