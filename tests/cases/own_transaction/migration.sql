alter table orders add column a int;
begin;
alter table orders add column b int;
