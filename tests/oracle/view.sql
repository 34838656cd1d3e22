create view fresh as select * from users;

create view fresh as select id from adults;

create view fresh as select u.name, o.amount from users u join orders o on o.user_id = u.id where o.amount > 10;

create view fresh (a, b) as values (1, 2);

create temp view fresh as select id from users;

create view fresh as with w as (select id from users) select w.id from w join folders f on f.id = w.id;

create view fresh as select (select max(amount) from orders), name from users where exists (select from items);

create recursive view fresh (n) as select 1 union all select n + 1 from fresh where n < 5;

create view fresh as select chance() as c, steady() as s;

create view fresh as select id, at from measures;


create view fresh as select a from plain with local check option;

create view fresh as select count(*) from users group by active;

create view fresh as select users.* from users natural join folders;

create view fresh as select x.a from (select a, b from plain) x;

create view fresh as select id from users union select id from folders;

create or replace view adults as select id, name, age from users where age >= 21;

create or replace view adults as select id, name, age, email from users where age >= 21;

create or replace view fresh as select id from users;

create or replace view order_lines as select o.id, i.sku from orders o join items i using (id);

create materialized view fresh as select id, name from users;

create materialized view fresh as select id from adults with no data;

create materialized view if not exists totals as select 1;

create materialized view fresh as select sum(value) from measures;

create materialized view fresh as select name from animals;

create materialized view fresh as select name from only animals;

refresh materialized view totals;

refresh materialized view concurrently totals;

refresh materialized view empty_totals;

refresh materialized view totals with no data;

create materialized view fresh as select count(*) from adult_names;
refresh materialized view fresh;

alter view adults rename to grown;

alter view adults rename column age to years;

alter view adults set schema app;

alter table adults rename to grown;

alter materialized view totals rename to sums;

alter materialized view totals rename column amount to money;

alter materialized view totals set schema app;

alter materialized view totals alter amount set statistics 5;

alter view if exists missing rename to other;

comment on view adults is 'x';

comment on materialized view totals is 'x';

create rule fresh as on insert to adults do instead insert into users (id, email, name) values (new.id, 'x', new.name);

grant select on adults to oracle_reader;
