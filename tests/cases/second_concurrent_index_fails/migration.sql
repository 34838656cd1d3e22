alter table orders add column a int;
create index concurrently fine on orders (note);
create unique index concurrently bad on orders (customer_id);
