alter table users add check (age < 200);

alter table users add constraint users_age_top check (age < 200);

alter table users add constraint users_age_top check (age < 200) not valid;

alter table users add constraint users_age_top check (age < 200) no inherit;

alter table users add constraint users_age_top check (bigger(age) < 200);

alter table users add check (age < 200), add check (small < 10);

alter table users add unique (nick);

alter table users add constraint users_nick_key unique (nick, id) include (note);

alter table users add constraint users_nick_key unique (nick) deferrable initially deferred;

alter table plain add primary key (d);

alter table plain add primary key (a);

alter table plain add constraint plain_key primary key (a, b);

create unique index plain_a on plain (a);
alter table plain add constraint plain_a_key unique using index plain_a;

create unique index plain_a on plain (a);
alter table plain add constraint plain_a unique using index plain_a;

create unique index plain_a on plain (a);
alter table plain add primary key using index plain_a;

create unique index plain_d on plain (d);
alter table plain add constraint plain_pk primary key using index plain_d;

create unique index plain_a on plain (a);
alter table plain add constraint plain_set check (a is not null);
alter table plain add primary key using index plain_a;

alter table plain add exclude using gist (int4range(a, a + 1) with &&);

alter table plain add constraint plain_out exclude (a with =) where (b is not null);

alter table plain add foreign key (a) references users;

alter table plain add foreign key (a) references users not valid;

alter table plain add constraint plain_user foreign key (a) references users (id) match full on delete cascade deferrable initially deferred;

delete from plain where a > 90;
alter table plain add constraint plain_nothing foreign key (a) references buckets;

alter table plain add constraint plain_nothing foreign key (a) references buckets not valid;

alter table plain add constraint plain_self_d unique (d), add foreign key (a) references plain (d);

alter table folders add constraint folders_again foreign key (parent) references folders (id) not valid;

alter table measures add constraint measures_user foreign key (id) references users;

alter table measures add constraint measures_value check (value > 0);

alter table measures add constraint measures_value check (value > 0) not valid;

alter table only measures add constraint measures_value check (value > 0) no inherit;

alter table measures add constraint measures_unique unique (at, id, device);

alter table measures_2020 add constraint m20 unique (device, id);

alter table measures_2020 add constraint m20 check (value is not null);

alter table measures_2020 add constraint m20 foreign key (id) references users;

alter table regions add primary key (id, area);

alter table regions_north add primary key (id);

alter table regions_south add check (name <> '');

alter table animals add constraint animals_name check (name <> '');

alter table animals add constraint animals_name check (name <> '') not valid;

alter table animals add constraint animals_name check (name <> '') no inherit;

alter table dogs add constraint dogs_name_set check (name <> '');

alter table dogs add primary key (id);

alter table animals add unique (name, id);

alter table animals add foreign key (id) references users;

alter table remote add check (id > 0);

alter table places add primary key (street);

alter table users validate constraint users_age;

alter table late validate constraint late_qty;

alter table late validate constraint late_ref;

alter table measures add constraint measures_value check (value > 0) not valid;
alter table measures validate constraint measures_value;

alter table animals add constraint animals_name check (name <> '') not valid;
alter table animals validate constraint animals_name;

delete from plain where a > 90;
alter table plain add foreign key (a) references buckets not valid;
alter table plain validate constraint plain_a_fkey;

alter table late validate constraint late_qty, validate constraint late_ref;

alter table users drop constraint users_age;

alter table users drop constraint if exists missing;

alter table users drop constraint users_pkey cascade;

alter table users drop constraint users_email_key;

alter table orders drop constraint orders_user_id_fkey;

alter table orders drop constraint orders_pkey cascade;

alter table items drop constraint items_order;

alter table items drop constraint items_sku;

alter table folders drop constraint folders_parent;

alter table folders drop constraint folders_pkey cascade;

alter table measures drop constraint measures_device_fkey;

alter table measures drop constraint measures_pkey;

alter table animals drop constraint animals_weight;

alter table only animals drop constraint animals_weight;

alter table late drop constraint late_qty;

alter table late drop constraint late_ref;

alter table bucket_notes drop constraint bucket_notes_bucket;

alter table bookings drop constraint bookings_during_excl;

alter table buckets drop constraint buckets_pkey cascade;

alter table users drop constraint users_age, add constraint users_age check (age >= 0) not valid;

alter table orders alter constraint orders_user_id_fkey deferrable;

alter table orders alter constraint orders_user_id_fkey deferrable initially deferred;

alter table measures alter constraint measures_device_fkey deferrable;

alter table bucket_notes alter constraint bucket_notes_bucket deferrable;

alter table users rename constraint users_age to users_age_min;

alter table users rename constraint users_email_key to users_mail;

alter table users rename constraint users_pkey to users_primary;

alter table orders rename constraint orders_user_id_fkey to orders_user_fk;

alter table measures rename constraint measures_pkey to m_pk;

alter table animals rename constraint animals_weight to heavy;

comment on constraint users_age on users is 'x';
