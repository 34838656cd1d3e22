create table fresh (id int);

create table fresh (id bigserial primary key, email text unique, at timestamptz default now(), check (id > 0));

create table if not exists users (id int);

create table fresh (id int generated always as identity primary key, v percent, m mood, a address, t label[]);

create table fresh (id int primary key, user_id bigint references users, folder int references folders (id) on delete set null);

create table fresh (user_id bigint, foreign key (user_id) references users);

create table fresh (id int primary key, parent int references fresh);

create table fresh (b int references buckets);

create table fresh (d int references devices, e int constraint fresh_e references devices);

create table fresh (like users);

create table fresh (like users including all);

create table fresh (like orders including defaults including constraints);

create table fresh (like users including indexes);

create table fresh (like items including identity);

create table fresh (like orders including generated);

create table fresh (like users including statistics including comments including storage);

create table fresh (like adults);

create table fresh () inherits (animals);

create table fresh (extra int, id int) inherits (animals);

create table fresh () inherits (dogs);

create table fresh (flag boolean) inherits (dogs, cats);

create table fresh of address;

create table fresh of address (primary key (street), city with options default 'x');

create unlogged table fresh (id int primary key);

create temporary table fresh (id int primary key, v text);

create temp table fresh (id serial) on commit drop;

create table fresh (id int) with (fillfactor = 70, autovacuum_enabled = off);

create table fresh (id int) tablespace pg_default;

create table fresh using heap as select id from users;

create table app.fresh (id int constraint fresh_id not null, s smallserial, a int[] not null);

create table fresh (during int4range, exclude using gist (during with &&));

create table fresh (a int, b int generated always as (a * 2) stored, c int default nextval('numbers'));

create table fresh (a text collate "C", b varchar(10), c char, d char(4), e numeric(5), f numeric, g timestamp(3), h time with time zone, i interval day to second(2), j bit, k bit(4), l double precision, m float(10), n real, o decimal(4,1), p national character varying(3), q timestamptz, r date, s json, t jsonb, u uuid, v bytea, w boolean, x smallint, y oid, z "char");

create table fresh (a int check (a > steady()), b int default chance());

create table fresh (a int unique, b int, unique (a, b), constraint fresh_b unique (b) include (a));

create table fresh (a int not null, b int null, primary key (a, b) deferrable);

create table fresh (a int, check (a > 0), check (a < 10), constraint named check (a <> 5) no inherit);

create table "Fresh One" ("Some Id" int primary key, "x.y" text default 'a;b');

create table fresh as select * from users where id < 10;

create table fresh as select u.id, o.amount from users u join orders o on o.user_id = u.id with no data;

create table fresh (x, y) as values (1, 'a'), (2, 'b');

create table fresh as table folders;

select id, name into fresh from users;

select * into temp fresh from adult_names;

create table fresh as select * from totals;

create foreign table fresh (id int not null, v text) server elsewhere options (a 'b');

create schema other;

create schema if not exists app;

create schema other create table fresh (id int primary key) create view seen as select id from fresh;

create sequence fresh;

create sequence if not exists numbers;

create sequence fresh owned by plain.a;

create temp sequence fresh;

create type fresh as enum ('a', 'b');

create type fresh as (a int, b text);

create type fresh as range (subtype = float8);

create type fresh;

create domain fresh as text;

create domain fresh as varchar(10) collate "C" not null default 'x' constraint fresh_a check (value <> '') check (length(value) > 1);

create statistics fresh on a, d from plain;

create statistics fresh (ndistinct) on a, b from plain;

-- versions: 14-
create statistics fresh on (a + d), b from plain;

create statistics if not exists users_stats on age, small from users;

create publication fresh for table plain, folders;

create publication fresh for all tables;

create publication fresh;

alter publication news add table plain;

alter publication news set table folders;

alter publication news drop table users;

drop publication news;

create function fresh() returns int language sql as 'select 1';

create or replace function steady() returns int language sql stable as 'select 2';

create function fresh() returns bigint language sql stable as 'select count(*) from users';

-- versions: 14-
create function fresh() returns int language sql immutable begin atomic select 1; end;

create procedure fresh() language sql as 'select 1';

create aggregate fresh (int) (sfunc = int4pl, stype = int, initcond = 0);

create extension if not exists plpgsql;



create role fresh;


create collation fresh from "C";

create operator === (leftarg = int, rightarg = int, function = int4eq);

create text search configuration fresh (copy = english);


create access method fresh type index handler bthandler;

create foreign data wrapper fresh;

create server fresh foreign data wrapper nothing;

create user mapping for current_user server elsewhere;
