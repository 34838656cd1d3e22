insert into orders (customer_id, amount, note, code) select 1 + (random() * 99)::int, random() * 100, 'new', gen_random_uuid()::text;
update orders set amount = amount + 1 where id = 1 + (random() * 1999)::int;
delete from orders where id = (select max(id) from orders where id > 2100);
select count(*) from orders where id between 10 and 20;
update customers set email = 'c' || id || '@example.org' where id = 1 + (random() * 99)::int;
insert into measures (at, value) select date '2025-01-01' + (random() * 700)::int, 1;
update measures_2024 set value = value + 1 where id = 1 + (random() * 499)::int;
insert into regions values (1000, 'far away', 1);
select sum(total) from totals;
