create table things (id int primary key);
insert into things values (1);
-- hotswap: commit
create table others (id int primary key);
insert into others select id from things;
insert into others values (1);
-- hotswap: commit
create table more (id int primary key);
