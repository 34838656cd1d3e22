alter table orders add column a int;
alter table orders add constraint fk foreign key (id) references customers (id);
