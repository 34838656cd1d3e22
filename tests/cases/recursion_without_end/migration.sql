create function dive(n int) returns int language plpgsql as $$ begin return dive(n + 1); end $$;
alter table orders add column a int;
update orders set id = dive(id);
