alter table orders drop constraint known;
drop index concurrently orders_state;
alter table orders drop column state;
