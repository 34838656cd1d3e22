create function guard() returns trigger language plpgsql as $$ begin raise exception 'no; never'; end $$;
create trigger guard before update on orders for each row execute function guard();
update orders set note = 'x' where id = 1;
