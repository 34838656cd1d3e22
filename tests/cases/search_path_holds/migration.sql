create schema app;
set search_path = app, public;
create table things (id int);
vacuum things;
create index concurrently things_id on things (id);
alter table things add column note text;
