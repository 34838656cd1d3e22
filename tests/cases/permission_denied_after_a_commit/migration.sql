set role hotswap_case_owner;
alter table mine add column a int;
create index concurrently mine_a on mine (a);
alter table orders add column b int;
