drop view if exists names;
create view names as select id from users;
