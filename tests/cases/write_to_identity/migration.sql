create table log (id int generated always as identity, t text);
insert into log values (7, 'x');
