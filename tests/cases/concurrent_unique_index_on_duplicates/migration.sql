alter table orders add column a int;
create unique index concurrently one_each on orders (customer_id);
