alter table orders add column a int;
alter table orders ad column b int;
