alter type mood add value 'great';

alter type mood add value if not exists 'ok';

alter type mood add value 'meh' before 'ok';

alter type mood rename value 'ok' to 'fine';

alter type mood rename to feeling;

alter type mood set schema app;

alter type mood owner to oracle_reader;

alter type address add attribute zip text;

alter type address add attribute zip text cascade;

alter type address drop attribute city cascade;

alter type address alter attribute city type varchar(60) cascade;

alter type address rename attribute city to town cascade;

alter type address rename to postal;

alter type address set schema app;

alter type span rename to stretch;

create type pair as (a int, b int);
alter type pair add attribute c text;

create type pair as (a int, b int);
alter type pair drop attribute b, add attribute d int;

create type pair as (a int, b int);
alter type pair rename attribute a to x;

alter domain percent add constraint percent_even check (value % 1 = 0);

alter domain percent add check (value <> 200) not valid;

alter domain percent set not null;

alter domain percent drop not null;

alter domain percent set default 5;

alter domain percent drop default;

alter domain percent drop constraint percent_range;

alter domain percent drop constraint if exists missing;

alter domain percent add constraint percent_even check (value % 1 = 0) not valid;
alter domain percent validate constraint percent_even;

alter domain percent rename constraint percent_range to bounds;

alter domain percent rename to share;

alter domain percent set schema app;

alter domain percent owner to oracle_reader;

alter domain label add check (length(value) < 40);

alter domain label set not null;

alter domain code drop not null;

alter domain code set not null;

create domain lonely as int;
alter domain lonely add check (value > 0);

create domain share_of as percent check (value > 0);
create table has_share (s share_of, p percent);
alter domain percent add check (value < 101);

create type holder as (p percent);
create table holders (h holder);
alter domain percent add check (value < 101) not valid;

comment on type mood is 'x';

comment on domain percent is 'x';

alter table ratings drop column history;
alter domain percent add constraint percent_even check (value % 1 = 0);

alter table ratings drop column history;
alter domain percent add constraint percent_even check (value % 1 = 0) not valid;
alter domain percent validate constraint percent_even;

alter table ratings drop column history;
update users set share = 1;
update ratings set value = 1;
alter domain percent set not null;
