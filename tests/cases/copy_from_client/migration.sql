alter table orders add column a int;
copy customers from stdin;
