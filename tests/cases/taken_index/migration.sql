alter table orders add column a int;
create index orders_pkey on orders (note);
