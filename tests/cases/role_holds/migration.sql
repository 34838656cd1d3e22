set role hotswap_case_builder;
create table built (id int);
vacuum built;
alter table built add column a int;
reset role;
