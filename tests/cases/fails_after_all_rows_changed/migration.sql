alter table orders add column was text;
update orders set was = note, note = 'new';
create index concurrently orders_was on orders (was);
alter table missing add column a int;
