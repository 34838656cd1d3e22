insert into items values (1, 7);
insert into orders values (7);
