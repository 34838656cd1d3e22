-- Names with quotes, blanks, line breaks, words of the language and signs of psql in them.
create schema "select";
create schema "Sch""ema
with; drop";
create type "Sch""ema
with; drop"."type's" as enum ('it''s', E'back\\slash', 'new
line', ':var', '$$');
create domain "select"."table" as text constraint "check" check (value <> ':x' and value not in ('a', 'b'));
create table "select"."from" (
  "order" "select"."table" default 'it''s $$ :''x''',
  "Gr ößer" "Sch""ema
with; drop"."type's"[],
  "col""umn
--" integer generated always as identity primary key,
  "%I" integer generated always as (1 + 1) stored,
  "цена 💶" numeric check ("цена 💶" > 0),
  constraint "a.b" unique ("order", "цена 💶")
);
create table "Sch""ema
with; drop"."$1" ("user" integer references "select"."from" on delete set null, "a;b" varchar(3) check ("a;b" in ('x''', '"')));
create index "in""dex
" on "Sch""ema
with; drop"."$1" (lower("a;b"));
create view "Sch""ema
with; drop"."view" as select "user" as "where", "a;b" || ':x' || E'\\' as "\n" from "Sch""ema
with; drop"."$1";
create function "select"."fn ()"("in ""arg" integer default 3, "out" text default E'a\\b') returns text language sql as $_$ select '$$; :x' $_$;
create procedure "select"."PROC"() language plpgsql as 'begin null; -- $procedure$
end';
create function "select".trigger_() returns trigger language plpgsql as 'begin return null; end';
create trigger "new ""trigger" before update of "order" on "select"."from" for each row execute function "select".trigger_();
create policy "all" on "select"."from" using ("order" <> 'it''s');
create rule "on" as on insert to "Sch""ema
with; drop"."view" do instead nothing;
create statistics "select"."sta tistics" on "order", "%I" from "select"."from";
create sequence "select"."seq""";
create collation "select"."c o" (locale = 'C');
create operator "select".@@# (function = pg_catalog.int4eq, leftarg = integer, rightarg = integer);
do $$ begin perform from pg_roles where rolname = 'ro"le; --'; if not found then create role "ro""le; --"; end if; end $$;
grant select ("%I") on "select"."from" to "ro""le; --";
alter table "Sch""ema
with; drop"."$1" owner to "ro""le; --";
comment on column "select"."from"."col""umn
--" is 'it''s
-- not a comment; :x $$ \';
comment on constraint "a.b" on "select"."from" is 'x';
comment on function "select"."fn ()"(integer, text) is 'y';
comment on operator "select".@@# (integer, integer) is 'z';
create publication "pub lication" for table "select"."from";
