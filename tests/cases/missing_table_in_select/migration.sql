alter table orders add column a int;
select count(*) from missing;
