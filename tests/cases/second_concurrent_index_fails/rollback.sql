drop index bad;
drop index fine;
alter table orders drop column a;
