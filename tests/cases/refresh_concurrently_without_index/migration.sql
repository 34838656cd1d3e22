alter table orders add column a int;
refresh materialized view concurrently totals;
