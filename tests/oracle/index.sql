create index on plain (a);

create index plain_a on plain (a);

create index if not exists users_name on users (name);

create unique index plain_d on plain (d);

create index plain_b on plain (b text_pattern_ops, a desc nulls last) where a > 0;

create index plain_b on plain ((lower(b)), a);

create index plain_b on plain (lower(b), upper(c)) include (d);

create index plain_b on plain using hash (b);

create index on bookings using gist (during);

create index on users using gin (tags);

create index on users using brin (born);

create index on plain (bigger(a));

create index on plain (a) with (fillfactor = 50) tablespace pg_default;

create index on app.settings (key);

create index on totals (amount);

create index on animals (name);

create index on only animals (name);

create index on docs (owner, body);

create index on scratch (v);

create unique index on plain (d) include (a, b);

create index on ratings (value);

-- hold: lock table plain in row exclusive mode
create index concurrently plain_a on plain (a);

-- hold: lock table plain in row exclusive mode
create unique index concurrently plain_d on plain (d);

-- hold: lock table plain in row exclusive mode
create index concurrently on plain (lower(b)) where a > 0;

-- hold: lock table users in share update exclusive mode
create index concurrently if not exists users_name on users (name);

-- hold: select from users
drop index concurrently users_name;

-- hold: select from users
drop index concurrently if exists users_name;

-- hold: lock table users in row exclusive mode
reindex index concurrently users_name;

-- hold: lock table users in row exclusive mode
reindex table concurrently users;

-- hold: lock table folders in row exclusive mode
-- versions: 14-
reindex (concurrently, verbose) table folders;

reindex index users_name;

reindex table users;

reindex (verbose) table folders;

reindex table plain;

reindex index users_pkey;

reindex table totals;

-- hold: lock table app.settings in row exclusive mode
reindex schema app;

-- hold: lock table app.settings in row exclusive mode
reindex schema concurrently app;



reindex table measures_2020;

alter index users_name rename to users_full_name;

alter index if exists missing rename to other;

alter table users_name rename to users_full_name;

alter index users_pkey rename to users_primary;

alter index users_name depends on extension plpgsql;

alter index measures_device rename to measures_dev;

comment on index users_name is 'x';

drop index users_lower;

drop index users_active;

alter index users_name set tablespace pg_default;

alter index users_name set (fillfactor = 90);
