alter table orders add column a int;
drop index no_such_index;
