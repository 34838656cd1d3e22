alter table orders add column a int;
set role hotswap_case_reader;
alter table orders add column b int;
