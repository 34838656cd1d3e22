create table orders (id int primary key);
create table items (id int primary key, "order" int references orders (id) deferrable initially deferred);
