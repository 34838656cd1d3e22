-- Staff: views on views, generated columns, policies, functions and tables that need each other.
create schema hr;
create function hr.valid_grade(integer) returns boolean language sql immutable as 'select $1 between 1 and 20';
create domain hr.grade as integer check (hr.valid_grade(value));
create table hr.region (id integer primary key, name text);
create table hr.location (id integer primary key, street text, city text not null, region_id integer references hr.region);
create table hr.job (id text primary key, title text not null, pay numrange, grade hr.grade default 1);
create table hr.person (
  id uuid default gen_random_uuid() primary key,
  first_name text not null, last_name text not null,
  full_name text generated always as (first_name || ' ' || last_name) stored,
  email text constraint email_shape check (email ~ '^[^@]+@[^@]+$' or email = any (array['root'::text, 'postmaster'])),
  job_id text references hr.job, manager_id uuid references hr.person, location_id integer references hr.location,
  salary numeric(8,2) check (salary > 0), skills text[] default '{}', born date, "left" timestamptz
);
create table hr.history (person_id uuid, during daterange, job_id text, exclude using gist (during with &&) where (job_id is null));

-- A default and a check that call functions on the table itself.
create function hr.next_badge() returns integer language sql stable begin atomic select coalesce(max(badge), 0) + 1 from (select 1 as badge) x; end;
create table hr.badge (number integer, holder uuid references hr.person);
create or replace function hr.next_badge() returns integer language sql stable begin atomic select coalesce(max(badge.number), 0) + 1 from hr.badge; end;
alter table hr.badge alter number set default hr.next_badge();
create function hr.badge_ok(hr.badge) returns boolean language sql stable as 'select $1.number > 0';
alter table hr.badge add constraint badge_ok check (hr.badge_ok(badge));

create view hr.employee as select id, full_name, job_id, manager_id, salary from hr.person where "left" is null;
create view hr.manager as select e.* from hr.employee e where exists (select from hr.employee m where m.manager_id = e.id);
create view hr.zeta as select m.full_name, j.title from hr.manager m join hr.job j on j.id = m.job_id;
create view hr.alpha as select title, count(*) as n, rank() over (order by count(*) desc) as place from hr.zeta group by title;
create view hr.chain as
  with recursive up (id, manager_id, depth) as (
    select id, manager_id, 1 from hr.employee union all select e.id, e.manager_id, up.depth + 1 from hr.employee e join up on up.manager_id = e.id)
  select * from up;
alter view hr.employee alter column job_id set default 'none';
create function hr.raise_pay() returns trigger language plpgsql security definer as $$ begin return new; end $$;
create trigger employee_change instead of update on hr.employee for each row execute function hr.raise_pay();
create constraint trigger person_checked after insert on hr.person deferrable initially deferred for each row execute function hr.raise_pay();
alter table hr.person enable always trigger person_checked;

-- A view that came to need a later one, so that they stand in a circle.
create view hr.mirror as select 1 as a, 'x'::text collate "C" as b;
create view hr.mirrored as select a, b from hr.mirror;
create or replace view hr.mirror as select a, b from hr.mirrored;

alter table hr.person enable row level security;
alter table hr.person force row level security;
create policy own_row on hr.person for select using (email = current_user::text);
create policy no_past on hr.person as restrictive for update to public, pg_monitor using ("left" is null) with check (salary in (1, 2, 3) or job_id is not null);
create policy only_add on hr.person for insert with check (true);
comment on policy own_row on hr.person is 'each their own';
comment on column hr.employee.salary is 'a year';
create statistics hr.person_place (dependencies, mcv) on location_id, job_id from hr.person;
alter statistics hr.person_place set statistics 200;
