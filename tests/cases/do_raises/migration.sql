alter table orders add column a int;
do $$ begin raise exception 'not today; come back tomorrow'; end $$;
