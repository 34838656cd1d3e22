alter table orders add column a int;
do $$ begin raise exception 'x' using errcode = 'HT001'; end $$;
