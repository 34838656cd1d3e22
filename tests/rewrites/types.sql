-- traffic: with new as (insert into points (x, y) values (1 + (random() * 5)::int, 2) returning *) insert into twin (id, x, y) select id, x, y from new;
-- traffic: with old as (update points set x = x + 1 where id = 1 + (random() * 999)::int returning *) update twin set x = old.x from old where twin.id = old.id;
-- traffic: with old as (delete from points where id = (select max(id) from points where id > 1100) returning *) delete from twin using old where twin.id = old.id;
-- traffic: update points set y = y where id = 7;
-- empty: select id, x::bigint, y from points except select id, x::bigint, y from twin
-- empty: select id, x::bigint, y from twin except select id, x::bigint, y from points
create table points (id bigserial primary key, y int, x int not null);
insert into points (y, x) select n, n from generate_series(1, 1000) n;
create table twin as select * from points;
alter table twin add primary key (id);
alter table points alter x type bigint;

-- reorders
alter table orders alter code type varchar(100);

-- reorders
-- traffic: insert into orders (customer_id, amount, note) values (1, 2, 'new');
-- traffic: update orders set amount = amount + 1 where id = 1 + (random() * 1999)::int;
alter table orders alter code type bytea using convert_to(orders.code, 'UTF8');

-- none
alter table orders alter amount type numeric(12,4);

-- none
alter table measures alter value type bigint;
