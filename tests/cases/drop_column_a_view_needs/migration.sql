alter table orders add column a int;
alter table orders drop column note;
