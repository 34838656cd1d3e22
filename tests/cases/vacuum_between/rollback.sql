alter table orders drop column a;
