alter table orders add column a int;
do $$ begin update orders set note = 'half'; commit; end $$;
