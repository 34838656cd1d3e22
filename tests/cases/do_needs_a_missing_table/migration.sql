alter table orders add column a int;
do $$ begin insert into missing values (1); end $$;
