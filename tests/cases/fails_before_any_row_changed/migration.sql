alter table orders add column total numeric;
create index concurrently orders_total on orders (total);
update orders set total = nope;
