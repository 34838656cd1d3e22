alter table orders drop constraint never;
alter table customers drop column level;
drop index concurrently b;
drop index concurrently a;
