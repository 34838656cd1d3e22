set role hotswap_case_owner;
drop index mine_a;
alter table mine drop column a;
