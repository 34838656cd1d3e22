create table a (id int);
alter table orders add constraint fk foreign key (note) references customers (id);
