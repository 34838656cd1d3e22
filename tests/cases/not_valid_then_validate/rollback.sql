alter table orders drop constraint sane;
