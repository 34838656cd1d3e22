alter table orders add column state text;
create index concurrently orders_state on orders (state);
alter table orders add constraint known check (nope > 1);
