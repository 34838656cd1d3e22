alter table orders add column a int;
alter table orders add constraint later foreign key (a) references customers (id) deferrable initially deferred;
update orders set a = 4711 where id = 5;
update orders set a = 7 where id = 5;
