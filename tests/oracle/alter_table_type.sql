alter table users alter nick type varchar(30);

alter table users alter nick type varchar(10);

alter table users alter nick type varchar;

alter table users alter nick type text;

alter table users alter nick type char(30);

alter table users alter nick type varchar(20);

alter table users alter nick type varchar(20) collate "C";

alter table users alter nick type text using nick;

alter table users alter nick type text using upper(nick);

alter table users alter nick type varchar(40) using nick::varchar(40);

alter table users alter nick set data type varchar(25);

alter table users alter email type text;

alter table users alter email type varchar(200);

alter table users alter email type varchar(100) collate "C";

alter table users alter name type varchar;

alter table users alter name type varchar(200);

alter table users alter note type varchar(200);

alter table users alter note type text collate "C";

alter table users alter note type bytea using note::bytea;

alter table users alter note type jsonb using note::jsonb;

alter table users alter small type int;

alter table users alter small type bigint;

alter table users alter checked type bigint;

alter table items alter size type bigint;

alter table items alter size type numeric;

alter table items alter size type text;

alter table items alter size type smallint;

alter table items alter size type oid;

alter table items alter id type bigint;

alter table items alter order_id type bigint;

alter table orders alter id type bigint;

alter table orders alter user_id type numeric;

alter table orders alter remark type varchar(50);

alter table users alter score type numeric(12,2);

alter table users alter score type numeric(8,2);

alter table users alter score type numeric(12,3);

alter table users alter score type numeric;

alter table users alter score type float8;

alter table orders alter amount type numeric(10,2);

alter table users alter status type char(5);

alter table users alter status type text;

alter table users alter status type varchar(3);

alter table users alter status type bpchar;

alter table users alter tags type varchar[];

alter table users alter tags type varchar(10)[];

alter table users alter code type bit varying(16);

alter table users alter code type bit varying(4);

alter table users alter code type bit varying;

alter table users alter code type bit(8);

alter table users alter spent type interval(3);

alter table users alter spent type interval hour to second;

alter table users alter born type timestamptz;

set timezone = 'UTC';
alter table users alter born type timestamptz;

alter table users alter seen type timestamp;

alter table users alter seen type timestamptz(3);

alter table users alter born type timestamp(6);

alter table users alter born type date;

alter table users alter born type timestamp(3);

alter table users alter seen type date;

alter table users alter share type int;

alter table users alter share type percent;

alter table users alter age type percent;

alter table users alter place type varchar(40);

alter table users alter place type text;

alter table users alter nick type label;

alter table users alter note type label;

update users set note = 'n';
alter table users alter note type code;

alter table users alter feeling drop default, alter feeling type text;

alter table users alter feeling type text using feeling::text;

alter table users alter home type address;

alter table plain alter a type bigint;

alter table plain alter a type bigint, alter b type varchar(5);

alter table plain alter a type bigint, add extra int;

alter table plain alter c type text, alter d type int;

alter table measures alter value type float8;

alter table measures alter value type numeric(20);

alter table measures alter value type numeric;

alter table measures alter device type bigint;

alter table measures_2020 alter value set default 3;

alter table animals alter name type varchar;

alter table animals alter weight type bigint;

alter table regions alter name type varchar;

alter table devices alter id type bigint;

alter table folders alter id type bigint;

alter table folders alter title type varchar;

alter table docs alter body type varchar;

alter table app.settings alter value type jsonb;

alter table app.settings alter value type text;

alter table scratch alter v type varchar(10);

alter table late alter qty type bigint;

alter table bookings alter room type bigint;

alter table bookings alter during type int8range using int8range(lower(during), upper(during));

alter table remote alter name type varchar(10);

alter table bucket_notes alter bucket type bigint;

alter table ratings alter tag type text;

alter table ratings alter value type int;

alter table ratings alter id type numeric(10,0) using id + 1;

alter table items alter sku type varchar;

alter table items alter sku type varchar(100);

alter table totals alter amount type text;

alter type address alter attribute city type varchar(80);

alter table users alter age type bigint;

alter table scratch alter v type int using length(v);

alter table users alter id type int;

alter table users alter id type numeric;

create table money_table (m money, x xml, o oid, c cidr, t time, tz timetz);
alter table money_table alter c type inet;

create table money_table (m money, x xml, o oid, c cidr, t time, tz timetz);
alter table money_table alter x type text using x::text;

create table money_table (m money, x xml, o oid, c cidr, t time, tz timetz);
alter table money_table alter o type int;

create table money_table (m money, x xml, o oid, c cidr, t time, tz timetz);
alter table money_table alter t type time(3);

create table money_table (m money, x xml, o oid, c cidr, t time(2), tz timetz);
alter table money_table alter t type time(4);

create table money_table (m money, x xml, o regclass, c cidr, t time, tz timetz);
alter table money_table alter o type oid;

create table money_table (m money, x xml, o oid, c cidr, t time, tz timetz);
alter table money_table alter m type numeric;

create table money_table (m money, x xml, o oid, c cidr, t time, tz timetz);
alter table money_table alter tz type time;

create table k (id varchar(10) primary key, v text);
create table l (id varchar(10) references k);
alter table k alter id type varchar(20);

create table k (id varchar(10) primary key, v text);
create table l (id varchar(10) references k);
alter table l alter id type text;

create table k (id varchar(10) primary key, v text, check (v <> ''));
create index on k ((v || id));
alter table k alter v type varchar;
