alter table orders add column a int;
create function broken() returns int language plpgsql as $$ begin retrun 1; end $$;
