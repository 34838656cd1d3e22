alter table orders add column token uuid default gen_random_uuid();

alter table orders add column token uuid not null default gen_random_uuid() unique;

alter table orders add column number bigserial;

alter table orders add column number serial primary key, drop constraint orders_pkey;

alter table measures add column token uuid not null default gen_random_uuid();

-- none
alter table orders add column number bigint generated always as identity;

-- none
alter table orders add column doubled int generated always as (quantity * 2) stored;
