create index on orders (customer_id);

create unique index orders_code on orders (code) include (note) where code is not null;

create index orders_lower on orders using btree (lower(note) desc nulls last, customer_id) with (fillfactor = 70);

create index on measures (sensor);

-- none
create index measures_value on only measures_2026 (value);

create index measures_2025_value on measures_2025 (value);
create index measures_value on measures (value);

create index totals_total on totals (total);

-- none
create index concurrently orders_customer on orders (customer_id);

drop index orders_amount;

drop index if exists orders_amount, orders_placed;

-- none
create index measures_value on measures (value);
drop index measures_value;

reindex table orders;

reindex index orders_amount;

reindex (verbose) table measures;

refresh materialized view totals;

-- none
refresh materialized view plain_totals;
