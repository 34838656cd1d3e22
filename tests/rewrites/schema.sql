create table customers (id bigint primary key, name text not null, email text);
insert into customers select n, 'name ' || n, 'c' || n || '@example.org' from generate_series(1, 100) n;

create table orders (
  id bigserial primary key,
  customer_id bigint not null default 1,
  amount numeric(10,2) not null default 0,
  quantity int not null default 1,
  note text not null default 'new',
  code text,
  placed_at timestamptz not null default now());
create index orders_amount on orders (amount);
create index orders_placed on orders (placed_at);
insert into orders (customer_id, amount, note, code)
  select 1 + n % 100, n, 'note ' || n, 'code ' || n from generate_series(1, 2000) n;

create table measures (id bigserial, at date not null default '2026-03-01', value int, sensor int not null default 1)
  partition by range (at);
create table measures_2025 partition of measures for values from ('2025-01-01') to ('2026-01-01');
create table measures_2026 partition of measures for values from ('2026-01-01') to ('2027-01-01') partition by range (at);
create table measures_2026_1 partition of measures_2026 for values from ('2026-01-01') to ('2026-07-01');
create table measures_2026_2 partition of measures_2026 for values from ('2026-07-01') to ('2027-01-01');
insert into measures (at, value) select date '2025-01-01' + n % 700, n from generate_series(1, 2000) n;
create table measures_2024 (id bigint not null default 0, at date not null default '2024-06-01', value int, sensor int not null default 1);
insert into measures_2024 (id, at, value) select n, date '2024-01-01' + n % 300, n from generate_series(1, 500) n;

create table regions (id int not null, name text, size int) partition by list (name);
create table regions_north partition of regions for values in ('north');
create table regions_other partition of regions default;
insert into regions select n, case when n % 3 = 0 then 'north' else 'far' || n end, n from generate_series(1, 300) n;
create table regions_south (id int not null, name text, size int);
insert into regions_south select n, 'south', n from generate_series(1, 100) n;

create materialized view totals as select customer_id, sum(amount) as total from orders group by customer_id;
create unique index totals_customer on totals (customer_id);
create materialized view plain_totals as select note, sum(amount) as total from orders group by note;
