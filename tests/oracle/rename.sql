alter table users rename to people;

alter table if exists missing rename to people;

alter table plain rename column a to first;

alter table plain rename b to second;

alter table users rename column name to full_name;

alter table users rename column email to mail;

alter table animals rename column name to title;

alter table animals rename to beasts;

alter table dogs rename column breed to race;

alter table regions rename column name to title;

alter table orders rename column user_id to customer;

alter table plain set schema app;

alter table orders set schema app;

alter table items set schema app;

alter table users set schema app;

alter table animals set schema app;

alter table app.settings set schema public;

alter sequence numbers rename to counters;

alter sequence orders_id_seq rename to order_numbers;

alter sequence numbers set schema app;

alter schema app rename to application;

alter schema app owner to oracle_reader;

alter function steady() rename to constant;

alter function steady() set schema app;

alter function steady() stable;

alter function steady() owner to oracle_reader;

alter function chance() depends on extension plpgsql;

alter procedure tidy() rename to neat;

alter foreign table remote rename to distant;

alter foreign table remote rename column name to title;

alter foreign table remote set schema app;

alter statistics users_stats rename to stats_of_users;

alter statistics users_stats set schema app;

alter statistics users_stats set statistics 100;

alter table places rename to spots;

alter table docs rename column owner to holder;


alter role oracle_reader rename to reader;

alter publication news rename to tidings;

alter server elsewhere rename to nowhere;
