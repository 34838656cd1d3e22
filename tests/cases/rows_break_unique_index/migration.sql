alter table orders add column a int;
create unique index one_order_each on orders (customer_id);
