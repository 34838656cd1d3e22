alter table orders add column a int default 1;
vacuum (analyze) orders;
alter table orders alter column a set not null;
