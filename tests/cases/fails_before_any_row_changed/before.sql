create table customers (id int primary key, name text not null, email text);
create table orders (id int primary key, customer_id int not null references customers, amount numeric(10, 2), note text);
insert into customers select n, 'customer ' || n, case when n % 10 = 0 then null else 'c' || n || '@example.com' end
  from generate_series(1, 50) n;
insert into orders select n, 1 + n % 50, n % 7, case when n % 3 = 0 then 'x' || n else n::text end
  from generate_series(1, 200) n;
