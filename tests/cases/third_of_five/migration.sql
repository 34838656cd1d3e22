alter table orders add column a int;
alter table orders add column b int;
update orders set c = 1;
alter table orders add column d int;
alter table orders add column e int;
