-- Takes things away and puts them back, so that numbers, places of columns and orders change and the schema does not.
do $$
declare
  one record;
begin
  for one in select oid::regclass as name from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      and not exists (select from pg_inherits where pg_class.oid in (inhrelid, inhparent)) and reloftype = 0
  loop
    execute format('alter table %s add detour integer default 7 not null check (detour > 0)', one.name);
    execute format('alter table %s drop detour', one.name);
  end loop;
  for one in select conrelid::regclass as name, conname, pg_get_constraintdef(oid) as definition from pg_constraint
    where contype = 'f' and conparentid = 0 and not exists (select from pg_class c where c.oid = conrelid and (c.relkind = 'p' or c.relispartition))
    order by oid desc
  loop
    execute format('alter table %s drop constraint %I', one.name, one.conname);
    execute format('alter table %s add constraint %I %s', one.name, one.conname, one.definition);
  end loop;
  for one in select c.oid::regclass::text as name, pg_get_indexdef(c.oid) as definition, obj_description(c.oid) as comment from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relkind = 'i' and not c.relispartition and not i.indisclustered and not i.indisreplident
      and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    order by c.oid desc
  loop
    execute format('drop index %s', one.name);
    execute one.definition;
    execute format('comment on index %s is %L', one.name, one.comment);
  end loop;
  for one in select r.ev_class::regclass as name, pg_get_viewdef(r.ev_class) as definition from pg_rewrite r join pg_class c on c.oid = r.ev_class
    where c.relkind = 'v' and r.rulename = '_RETURN' and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
      and c.reloptions is null and pg_get_viewdef(c.oid) !~ '\(ARRAY\[' -- comes back as another expression
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    order by r.ev_class desc
  loop
    execute format('create or replace view %s as %s', one.name, one.definition);
  end loop;
  for one in select pg_get_functiondef(p.oid) as definition from pg_proc p where p.prokind in ('f', 'p')
    and p.pronamespace::regnamespace::text !~ '^(pg_|information_schema)'
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
    order by p.oid desc
  loop
    execute one.definition;
  end loop;
end
$$;
