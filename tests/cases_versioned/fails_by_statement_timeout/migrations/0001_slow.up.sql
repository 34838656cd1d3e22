-- hotswap: statement_timeout=200ms
create table before_it (id int);
alter table orders add column slow text default pg_sleep(30)::text;
