alter table orders add column a int;
commit;
