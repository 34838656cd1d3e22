insert into customers values (1000, 'new', null);
insert into customers values (1, 'taken', null);
