alter table orders add column data jsonb;
update orders set data = note::jsonb;
