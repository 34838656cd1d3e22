alter table orders add column ratio numeric;
update orders set ratio = id / amount;
