create table a (id int);
alter table orders add column note text;
