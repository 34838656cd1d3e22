alter table users set (fillfactor = 70);

alter table users set (autovacuum_enabled = off, fillfactor = 80);

alter table users set (autovacuum_vacuum_scale_factor = 0.1);

alter table users set (parallel_workers = 2);

alter table users set (toast.autovacuum_enabled = off);

alter table users set (vacuum_truncate = off);

alter table users set (user_catalog_table = true);

alter table users reset (fillfactor);

alter table users reset (user_catalog_table);

alter table measures_2020 set (fillfactor = 70);

alter table only animals set (fillfactor = 70);

alter index users_name set (fillfactor = 70);

alter index users_name reset (fillfactor);

alter index users_name set (deduplicate_items = off);

alter view adults set (security_barrier = true);

alter view adults reset (security_barrier);

-- versions: 15-
alter view adults set (security_invoker = true);

alter materialized view totals set (fillfactor = 70);

alter table users set unlogged;

alter table scratch set logged;

alter table folders set unlogged;

alter table plain set unlogged;

alter table plain set logged;

alter table scratch set unlogged;

alter table docs set unlogged;

alter table plain set tablespace pg_default;

alter index users_name set tablespace pg_default;

-- versions: 15-
alter table plain set access method heap;

-- versions: 15-
alter materialized view totals set access method heap;

alter table plain set without oids;

alter table users set without cluster;

alter table users cluster on users_name;

alter table measures set without cluster;

alter materialized view totals cluster on totals_user;

alter table users owner to current_user;

alter table users owner to oracle_reader;

alter table items owner to oracle_reader;

alter table orders owner to oracle_reader;

alter table measures owner to oracle_reader;

alter table animals owner to oracle_reader;

alter view adults owner to oracle_reader;

alter materialized view totals owner to oracle_reader;

alter sequence numbers owner to oracle_reader;

alter table remote owner to oracle_reader;

alter table users replica identity full;

alter table users replica identity nothing;

alter table users replica identity default;

alter table users replica identity using index users_email_key;

alter table measures replica identity full;

alter table docs enable row level security;

alter table users enable row level security;

alter table docs disable row level security;

alter table docs force row level security;

alter table docs no force row level security;

alter table measures enable row level security;


alter table cats no inherit animals;

alter table dogs no inherit animals;

create table birds (id int not null, name text, weight int, constraint animals_weight check (weight > 0));
alter table birds inherit animals;

create table somewhere (street text, city varchar(50));
alter table somewhere of address;

alter table places not of;

alter foreign table remote options (add x 'y');

alter table remote options (add x 'y');

alter table all in tablespace pg_default set tablespace pg_default;

alter table users set (fillfactor = 70), alter name set statistics 5;

alter table users alter name set statistics 5, add extra int;

alter table users alter age set not null, alter seen set default now(), add constraint c check (age < 1000);

alter table users drop column note, alter small type int, add constraint c check (small < 100);

