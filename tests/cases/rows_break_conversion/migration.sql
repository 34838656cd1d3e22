create table a (id int);
alter table orders alter column note type int using note::int;
