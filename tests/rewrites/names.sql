alter table orders rename to purchases;

alter table measures rename to readings;

-- traffic: insert into orders (customer_id, amount) values (1, 2);
-- traffic: update orders set amount = amount + 1 where id = 3 returning code;
-- traffic: select code, note from orders where id = 3 for update;
-- traffic: delete from orders where id = (select max(id) from orders where id > 2100);
-- traffic: insert into orders (id, code) values (1, 'x') on conflict (id) do update set code = excluded.code;
alter table orders rename column code to label;

-- none
alter table totals rename to sums;

-- traffic: select count(*) from orders where id between 10 and 20;
drop table customers;

-- traffic: select count(*) from orders where id between 10 and 20;
create table audit (id bigint references customers);
drop table if exists customers, nothing_of_that_name cascade;

-- none
drop table measures_2025;

-- traffic: insert into orders (customer_id, amount) values (1, 2);
-- traffic: update orders set amount = amount + 1 where id = 3;
alter table orders drop column placed_at;

-- traffic: update orders set amount = amount + 1 where id = 3;
alter table orders alter quantity drop default;
alter table orders drop column quantity;

-- none
alter table orders drop column note;

-- traffic: insert into orders (customer_id, amount) values (1, 2);
-- traffic: update orders set amount = amount + 1 where id = 3;
alter table orders drop column code, add check (quantity > 0), drop column placed_at cascade;

-- none
alter table orders drop column id;

-- traffic: insert into measures (at) values ('2025-01-01');
alter table measures drop column sensor, drop column value;

-- traffic: insert into measures (at) values ('2025-01-01');
alter table measures drop column sensor;
