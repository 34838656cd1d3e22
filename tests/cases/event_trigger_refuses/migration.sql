update customers set name = name;
create table another (id int);
