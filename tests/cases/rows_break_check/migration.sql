create table a (id int);
alter table orders add constraint positive check (amount > 3);
