-- hotswap: lock_timeout=50ms
create table before_it (id int);
alter table orders add column note text;
