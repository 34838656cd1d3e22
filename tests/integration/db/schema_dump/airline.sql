-- Bookings of an airline: partitions of all kinds, exclusion constraints, jsonb, functions with SQL bodies.
create schema air;
create extension btree_gist with schema air;
create table air.airport (code character(3) primary key, name jsonb not null, place point not null, zone text not null);
create table air.aircraft (code character(3) primary key, model jsonb not null, reach integer not null check (reach > 0));
create table air.seat (
  aircraft_code character(3) references air.aircraft on delete cascade,
  number character varying(4),
  fare character varying(10) not null check (fare in ('economy', 'comfort', 'business')),
  primary key (aircraft_code, number)
);

create table air.flight (
  id bigint not null,
  departs timestamptz not null,
  arrives timestamptz not null,
  origin character(3) not null,
  target character(3) not null,
  aircraft_code character(3) not null,
  state text default 'scheduled' not null,
  minutes integer generated always as ((extract(epoch from arrives at time zone 'UTC' - departs at time zone 'UTC') / 60)::integer) stored,
  details jsonb default '{}' not null,
  constraint flight_pkey primary key (id, departs, origin),
  constraint flight_arrives_later check (arrives > departs)
) partition by range (departs);
create index flight_origin on air.flight (origin, departs);
create index flight_details on air.flight using gin (details jsonb_path_ops);
create table air.flight_2023 partition of air.flight for values from ('2023-01-01 00:00+00') to ('2024-01-01 00:00+00');
create table air.flight_2024 partition of air.flight (constraint only_here check (id > 0), state default 'planned')
  for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00') partition by list (origin);
create table air.flight_2024_fra partition of air.flight_2024 for values in ('FRA', 'MUC');
create table air.flight_2024_rest partition of air.flight_2024 default;
create table air.flight_rest partition of air.flight default with (fillfactor = 70);
alter table air.flight add foreign key (origin) references air.airport, add foreign key (aircraft_code) references air.aircraft;
-- Made by itself, with columns in another order, and attached then.
create table air.flight_2025 (
  gone text, details jsonb default '{}' not null, departs timestamptz not null, id bigint not null, arrives timestamptz not null,
  origin character(3) not null, target character(3) not null, aircraft_code character(3) not null, state text default 'scheduled' not null,
  minutes integer generated always as ((extract(epoch from arrives at time zone 'UTC' - departs at time zone 'UTC') / 60)::integer) stored,
  constraint flight_arrives_later check (arrives > departs), constraint the_key_2025 primary key (id, departs, origin)
);
alter table air.flight_2025 drop gone;
create index origin_2025 on air.flight_2025 (origin, departs);
alter table air.flight_2025 add constraint origin_known foreign key (origin) references air.airport;
alter table air.flight attach partition air.flight_2025 for values from ('2025-01-01 00:00+00') to ('2026-01-01 00:00+00');

create function air.noted() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger flight_noted after update on air.flight for each row when (old.state is distinct from new.state) execute function air.noted();
alter table air.flight_2025 disable trigger flight_noted;

create table air.booking (ref character(6) not null, at timestamptz default now() not null, amount numeric(10,2) not null, primary key (ref))
  partition by hash (ref);
create table air.booking_0 partition of air.booking for values with (modulus 2, remainder 0);
create table air.booking_1 partition of air.booking for values with (modulus 2, remainder 1);

create table air.gate_use (
  gate text,
  during tsrange not null,
  flight_id bigint,
  constraint gate_not_twice exclude using gist (gate with =, during with &&) where (flight_id is not null) deferrable
);
create unlogged table air.load_buffer (line text compression pglz) with (autovacuum_enabled = false, toast.autovacuum_enabled = false);
alter table air.load_buffer alter line set storage external, alter line set statistics 500, replica identity full;
alter table air.seat replica identity using index seat_pkey;
alter table air.airport cluster on airport_pkey;

create function air.flights_from(place text) returns setof air.flight language sql stable
begin atomic
  select * from air.flight where flight.origin = place;
end;
create function air.distance(from_ character, to_ character) returns double precision language sql stable parallel safe cost 50 as
  'select a.place <-> b.place from air.airport a, air.airport b where a.code = $1 and b.code = $2';
create procedure air.close_day(inout day date, force boolean default false) language plpgsql set search_path = air, pg_temp as $$ begin day := day + 1; end $$;
create view air.route as
  select origin, target, array_agg(distinct aircraft_code order by aircraft_code) as aircraft, count(*) filter (where state = 'arrived') as arrived
  from air.flight group by origin, target;
create function air.busy(r air.route) returns boolean language sql stable return r.arrived > 100;
create view air.busy_route as select r.* from air.route r where air.busy(r);
