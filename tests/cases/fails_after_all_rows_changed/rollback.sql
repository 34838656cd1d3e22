alter table missing drop column a;
drop index orders_was;
update orders set note = was;
alter table orders drop column was;
