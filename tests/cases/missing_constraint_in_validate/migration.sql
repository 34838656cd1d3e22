alter table orders add column a int;
alter table orders validate constraint nope;
