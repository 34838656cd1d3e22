alter table orders add column a int;
alter table orders add primary key (customer_id);
