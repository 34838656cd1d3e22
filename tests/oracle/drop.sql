drop table plain;

drop table if exists plain;

drop table if exists missing;

drop table plain, scratch;

drop table users cascade;

drop table orders cascade;

drop table items;

drop table items cascade;

drop table folders;

drop table devices cascade;

drop table animals cascade;

drop table dogs;

drop table docs;

drop table audit;

drop table buckets cascade;

drop table bucket_notes;

drop table app.settings;

drop table late;

drop table bookings;

drop table places;

drop table remote;

drop foreign table remote;

drop view adult_names;

drop view adults cascade;

drop view if exists missing;

drop view adult_names, adults;

drop view order_lines;

drop materialized view totals;

drop materialized view empty_totals;

drop index users_name;

drop index users_name, users_lower;

drop index if exists missing;

drop index totals_user;

drop sequence numbers;

drop sequence tied;

drop sequence orders_id_seq cascade;

drop statistics users_stats;

drop type mood cascade;

drop type address cascade;

drop type span;

drop type if exists missing;

drop domain percent cascade;

drop domain label cascade;

drop domain code cascade;

drop schema app cascade;

drop schema if exists missing;

create schema other;
drop schema other;

drop function unused();

drop function if exists missing();

drop function touch() cascade;

create table uses (a int default chance(), b int check (steady() > 0), c int);
create index on uses ((bigger(c)));
create view calls as select slow() as x;
drop function chance() cascade;

create table uses (a int default chance(), b int check (steady() > 0), c int);
create index on uses ((bigger(c)));
create view calls as select slow() as x;
drop function steady() cascade;

create table uses (a int default chance(), b int check (steady() > 0), c int);
create index on uses ((bigger(c)));
create view calls as select slow() as x;
drop function bigger(int) cascade;

create table uses (a int default chance(), b int check (steady() > 0), c int);
create view calls as select slow() as x, a from uses;
drop function slow() cascade;

drop procedure tidy();

drop routine tidy;

drop trigger orders_touch on orders;

drop trigger if exists missing on orders;

drop trigger if exists missing on missing;

drop policy docs_own on docs;

drop policy docs_shared on docs;

drop policy if exists missing on docs;

drop rule audit_keep on audit;

drop rule audit_copy on audit;


drop role if exists missing;

drop server elsewhere cascade;

drop foreign data wrapper nothing cascade;

drop owned by oracle_reader;

reassign owned by oracle_reader to current_user;

drop collation if exists missing;

drop aggregate if exists missing (int);

drop operator if exists === (int, int);

drop cast if exists (int as mood);

drop view adult_names;
