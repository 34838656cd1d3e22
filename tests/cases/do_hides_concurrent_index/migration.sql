alter table orders add column a int;
do $$ begin execute 'create index concurrently hidden on orders (note)'; end $$;
