update orders set total = null, note = 'undone';
drop index orders_total;
alter table orders drop column total;
