alter table orders add column a int;
do $$ begin execute 'vacuum orders'; end $$;
