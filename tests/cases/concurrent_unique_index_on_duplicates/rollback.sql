drop index if exists one_each;
alter table orders drop column a;
