create table people (id int primary key, email text);
insert into people values (1, 'a'), (2, 'a');
