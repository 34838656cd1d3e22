analyze users;

analyze users (name, age);


analyze animals;

-- hold: lock table users in share update exclusive mode
vacuum users;

-- hold: lock table users in share update exclusive mode
vacuum (analyze) users;

-- hold: select from users
vacuum full users;

-- hold: select from totals
vacuum full totals;

-- hold: lock table measures_2020 in share update exclusive mode
vacuum analyze measures_2020;

cluster users using users_name;

cluster folders using folders_pkey;

alter table users cluster on users_email_key;
cluster users;

cluster totals using totals_user;

reindex table folders;

lock table users;

lock table users in share mode;

lock table users, orders in row share mode nowait;

lock table measures in access share mode;

lock table only measures in share row exclusive mode;

lock table animals in exclusive mode;

lock table adults in share update exclusive mode;

lock table adult_names in row exclusive mode;

lock table users in share row exclusive mode;

truncate plain;

truncate table plain, scratch;

truncate users cascade;

truncate orders cascade;

truncate orders, items;

truncate orders, items restart identity;

truncate items restart identity;

truncate plain restart identity;

truncate animals;

truncate only animals;

truncate regions_south;

truncate folders;

truncate docs;

truncate buckets cascade;

truncate bucket_notes;

-- versions: 14-
-- hold: lock table devices in row exclusive mode
drop table measures_rest;
alter table measures detach partition measures_2020 concurrently;

grant select on users to oracle_reader;

grant all on all tables in schema public to oracle_reader;

grant usage on sequence numbers to oracle_reader;

revoke all on users from public;

grant select (name) on users to oracle_reader;

grant usage on schema app to oracle_reader;

grant execute on function steady() to oracle_reader;

grant usage on type mood to oracle_reader;

alter default privileges in schema public grant select on tables to oracle_reader;

comment on table users is 'x';

comment on table users is null;

comment on schema app is 'x';

comment on function steady() is 'x';

comment on sequence numbers is 'x';

comment on column adults.name is 'x';

comment on statistics users_stats is 'x';



alter sequence numbers restart with 10;

alter sequence numbers increment by 5;

alter sequence numbers owned by plain.d;

alter sequence tied owned by none;

alter sequence numbers as int;


alter sequence if exists missing restart;

alter sequence orders_id_seq maxvalue 100000;

set search_path = app, public;

set local lock_timeout = '2s';

set timezone = 'UTC';

reset all;

show all;

discard plans;

set constraints all immediate;

notify news, 'x';

listen news;

prepare p as select * from users;


alter role oracle_reader set work_mem = '8MB';


checkpoint;

load 'plpgsql';

truncate regions_south_1
