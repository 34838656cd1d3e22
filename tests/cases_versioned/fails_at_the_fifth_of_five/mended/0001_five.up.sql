create table orders (id int primary key, customer int not null references customers (id));
insert into orders values (1, 1), (2, 2);
alter table customers add column orders int;
update customers set orders = 1, credit = credit - 1;
create unique index orders_customer on orders (customer);
