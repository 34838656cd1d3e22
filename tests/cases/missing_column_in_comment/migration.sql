alter table orders add column a int;
comment on column orders.nope is 'x';
