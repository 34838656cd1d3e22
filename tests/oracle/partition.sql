alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

alter table measures attach partition measures_2023 for values from ('2023-01-01 00:00+00') to ('2024-01-01 00:00+00');

alter table measures_2022 add constraint measures_2022_at check (at >= '2022-01-01 00:00+00' and at < '2023-01-01 00:00+00') not valid;
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

alter table measures_2022 add constraint measures_2022_at check (at >= '2022-01-01 00:00+00' and at < '2022-12-31 00:00+00');
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

alter table measures_2022 add constraint measures_2022_at check (at >= '2021-01-01 00:00+00' and at < '2023-01-01 00:00+00');
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

alter table measures_rest add constraint not_2022 check (at < '2022-01-01 00:00+00' or at >= '2023-01-01 00:00+00');
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

create unique index measures_2022_key on measures_2022 (id, at);
create index measures_2022_device on measures_2022 (device);
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

alter table measures_2022 add foreign key (device) references devices;
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

drop table measures_rest;
alter table measures attach partition measures_2022 for values from ('2022-01-01 00:00+00') to ('2023-01-01 00:00+00');

drop table measures_rest;
alter table measures attach partition measures_2022 default;

create table regions_west (id int not null, area text not null, name text);
alter table regions attach partition regions_west for values in ('w', 'sw');

create table regions_west (id int not null, area text not null, name text, check (area = 'w'));
alter table regions attach partition regions_west for values in ('w', 'sw');

create table regions_west (id int not null, area text not null, name text, check (area in ('w', 'sw')));
alter table regions attach partition regions_west for values in ('w', 'sw');

create table regions_west (id int not null, area text not null, name text, check (area is not null and area = any (array['w', 'sw'])));
alter table regions attach partition regions_west for values in ('w', 'sw');

create table regions_more (id int not null, area text not null, name text);
alter table regions attach partition regions_more default;

create table regions_east (id int not null, area text not null, name text) partition by range (id);
create table regions_east_1 partition of regions_east for values from (1) to (10);
alter table regions attach partition regions_east for values in ('e');

create table regions_south_2 (id int not null, area text not null, name text);
alter table regions_south attach partition regions_south_2 for values from (1000) to (2000);

create table regions_south_2 (id int not null, area text not null, name text, check (id >= 1000 and id < 2000));
alter table regions_south attach partition regions_south_2 for values from (1000) to (2000);

create table regions_south_2 (id int not null, area text not null, name text, check (id >= 1000 and id < 2000 and area = 's'));
alter table regions_south attach partition regions_south_2 for values from (1000) to (2000);

create table parts (id int, v text) partition by hash (id);
create table parts_0 (id int, v text);
alter table parts attach partition parts_0 for values with (modulus 2, remainder 0);

alter table measures detach partition measures_2020;

alter table measures detach partition measures_rest;

alter table regions detach partition regions_south;

alter table regions_south detach partition regions_south_1;

delete from bucket_notes;
alter table buckets detach partition buckets_0;

drop table bucket_notes;
alter table buckets detach partition buckets_0;

create table measures_2024 partition of measures for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00');

create table if not exists measures_2020 partition of measures for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00');

drop table measures_rest;
create table measures_2024 partition of measures for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00');

drop table measures_rest;
create table measures_other partition of measures default;

alter table measures_rest add constraint not_2024 check (at < '2024-01-01 00:00+00' or at >= '2025-01-01 00:00+00');
create table measures_2024 partition of measures for values from ('2024-01-01 00:00+00') to ('2025-01-01 00:00+00');

create table regions_west partition of regions (primary key (id)) for values in ('w');

create table regions_west partition of regions (name default 'x', check (id > 0)) for values in ('w');

create table regions_east partition of regions for values in ('e') partition by range (id);

create table regions_other partition of regions default;

create table regions_south_2 partition of regions_south for values from (1000) to (2000);

create table animals_new (extra int) inherits (animals);

drop table buckets_1;

drop table measures_2020;

drop table measures_rest;

drop table regions_south;

drop table measures;

drop table measures_2020, measures_2021;

alter index measures_device attach partition measures_2020_device_idx;

create index only_value on only measures (value);
create index v20 on measures_2020 (value);
alter index only_value attach partition v20;

create index on measures (value);

create index on only measures (value);

create unique index on regions (id, area);

create index if not exists measures_device on measures (device);

create index on measures_2020 (value);

create index measures_lower on regions (lower(name));

drop index measures_device;

drop index regions_name;

create table plans (id int, kind text) partition by list (kind);

create table plans (id int, at date, primary key (id, at)) partition by range (at);

create table plans (like measures including all) partition by range (at);

truncate measures;

truncate measures_2020;

alter table measures rename to readings;

alter table measures rename column value to reading;

alter table measures_2020 rename to old_measures;

alter table measures set schema app;

analyze measures;

create trigger measures_touch before insert on measures for each row execute function touch();

create trigger measures_all after insert on measures for each statement execute function touch();

alter table measures disable trigger all;

alter table measures enable trigger user;

create table days (at date not null, n int) partition by range (at);
create table days_1 (at date not null, n int);
insert into days_1 values ('2024-01-05', 1);
alter table days attach partition days_1 for values from ('2024-01-01') to ('2024-02-01');

create table days (at date not null, n int) partition by range (at);
create table days_1 (at date not null, n int, check (at >= '2024-01-01' and at < '2024-02-01'));
insert into days_1 values ('2024-01-05', 1);
alter table days attach partition days_1 for values from ('2024-01-01') to ('2024-02-01');

create table days (at date, n int) partition by range (at);
create table days_1 (at date, n int, check (at >= '2024-01-01' and at < '2024-02-01'));
insert into days_1 values ('2024-01-05', 1);
alter table days attach partition days_1 for values from ('2024-01-01') to ('2024-02-01');

create table days (at date, n int) partition by range (at);
create table days_1 (at date, n int, check (at is not null and at >= '2024-01-03' and at < '2024-01-20'));
insert into days_1 values ('2024-01-05', 1);
alter table days attach partition days_1 for values from ('2024-01-01') to ('2024-02-01');

create table days (at date not null, n int) partition by range (at);
create table days_1 (at date not null, n int, constraint c check (at >= '2024-01-01' and at < '2024-02-01') not valid);
insert into days_1 values ('2024-01-05', 1);
alter table days attach partition days_1 for values from ('2024-01-01') to ('2024-02-01');

create table kinds (k text not null) partition by list (k);
create table kinds_1 (k text not null, check (k in ('a', 'b')));
insert into kinds_1 values ('a');
alter table kinds attach partition kinds_1 for values in ('a', 'b', 'c');

create table kinds (k text not null) partition by list (k);
create table kinds_1 (k text not null, check (k in ('a', 'b')));
insert into kinds_1 values ('a');
alter table kinds attach partition kinds_1 for values in ('a');

create table numbered (n int not null) partition by range (n);
create table numbered_1 (n int not null, check (n between 1 and 5));
insert into numbered_1 values (2);
alter table numbered attach partition numbered_1 for values from (1) to (10);

create table numbered (n int not null) partition by range (n);
create table numbered_1 (n int not null, check (n >= 1 and n < 100));
insert into numbered_1 values (2);
alter table numbered attach partition numbered_1 for values from (1) to (10);
