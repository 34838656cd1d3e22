create function stamp() returns trigger language plpgsql as $$ begin new.note := coalesce(new.note, '-'); return new; end $$;
create trigger stamp before insert on orders for each row execute function stamp();
create view open_orders as select * from orders where amount > 0;
create materialized view totals as select customer_id, sum(amount) as total from orders group by 1;
create unique index totals_key on totals (customer_id);
