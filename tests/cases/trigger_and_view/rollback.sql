drop materialized view totals;
drop view open_orders;
drop trigger stamp on orders;
drop function stamp();
