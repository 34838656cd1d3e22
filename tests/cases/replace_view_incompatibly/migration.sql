alter table orders add column a int;
create or replace view notes as select 1 as other;
