select * from users;

select 1;

select count(*) from users u join orders o on o.user_id = u.id;

select * from adults;

select * from adult_names;

select * from users for update;

select * from users where id = 5 for share;

select * from measures;

select * from only measures;

select * from animals;

select * from only animals;

select * from totals;

select * from order_lines;

values (1), (2);

table folders;

with w as (select id from users) select * from w;

select nextval('numbers');

explain select * from users;

explain analyze select count(*) from users;

insert into plain (d) values (1);

insert into plain (d) select id from folders;

insert into users (id, email, name, checked) values (1000, 'x', 'y', 1);

insert into orders (user_id, amount) values (1, 1);

insert into items (order_id, sku) values (1, 'x');

insert into items (sku) values ('x');

insert into plain (d) values (1) returning a;

insert into users (id, email, name, checked) values (1, 'x', 'y', 1) on conflict do nothing;

insert into users (id, email, name, checked) values (1, 'x', 'y', 1) on conflict (id) do update set name = excluded.name;

insert into folders values (1000, 1, 'x');

insert into docs values (100, 'a', 'b');

insert into app.settings values ('b', '{}');

insert into ratings values (1, 5);

update plain set b = 'x';

update plain set b = 'x' where a = 1;

update users set name = 'x' where id = 5;

update users set name = 'x' where id between 5 and 6;

update users set name = 'x' where id in (5, 6);

update users set name = 'x' || o.amount from orders o where o.user_id = users.id;

update orders set amount = 5;

update orders set user_id = 3;

update items set order_id = 5, size = 1;

update measures set value = 1;

update only animals set name = 'x';

update animals set name = 'x';

update bookings set room = 1 where room = 5;

delete from plain;

delete from plain where a = 1;

delete from items;

delete from folders where id = 100;

delete from orders where id = 400;

delete from users where id = 500;

delete from measures;

delete from animals;

delete from audit;

delete from plain using folders f where f.id = plain.a;

with gone as (delete from plain where a < 5 returning *) select * from gone;

-- versions: 15-
merge into plain p using folders f on f.id = p.a when matched then update set b = f.title when not matched then insert (d) values (f.id);

-- versions: 15-
merge into plain p using (select 1 as x) s on s.x = p.a when matched then delete;

copy users to '/dev/null';

copy (select id from users) to '/dev/null';

copy plain from '/dev/null';

update adults set name = 'x' where id = 30;

insert into adults (id, name) select 5000, 'x' where false;

delete from adults where id = 400;

do 'begin end';

call tidy();

declare c cursor for select * from users;
