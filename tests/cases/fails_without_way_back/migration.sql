alter table orders add column a int;
vacuum orders;
alter table missing add column b int;
