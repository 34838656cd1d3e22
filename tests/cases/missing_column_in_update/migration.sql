alter table orders add column state text;
update orders set nope = 1;
