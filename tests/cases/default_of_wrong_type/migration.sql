create table a (id int);
alter table orders add column at timestamptz default 7;
