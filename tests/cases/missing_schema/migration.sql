create table fine (id int);
create table nowhere.t (id int);
