create table "Order Lines" ("Id" bigint not null, "Note" text);
create index on "Order Lines" ("Note");

create table "Order Lines" ("Id" bigint not null, "Note" text);
alter table "Order Lines" add primary key ("Id"), add check ("Note" <> ''), alter "Note" set not null;

create schema "New York";
create table "New York"."Order" ("Id" bigint primary key, "User" bigint references "New York"."Order");
alter table "New York"."Order" rename column "User" to "Parent";
