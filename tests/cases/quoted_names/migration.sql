create table "Odd; Name" ("a;b" int, "select" text, "ü" int);
create index concurrently "in;dex" on "Odd; Name" ("a;b");
