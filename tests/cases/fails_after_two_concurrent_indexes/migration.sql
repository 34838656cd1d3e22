create index concurrently a on orders (note);
create index concurrently b on orders (amount);
alter table customers add column level int;
alter table orders add constraint never check (amount < 0);
