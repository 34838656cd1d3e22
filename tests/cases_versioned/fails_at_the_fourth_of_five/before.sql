create table customers (id int primary key, name text not null, credit int not null check (credit >= 0));
insert into customers values (1, 'Anna', 10), (2, 'Bert', 20);
