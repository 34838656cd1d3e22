create trigger fresh before insert on users for each row execute function touch();

create trigger fresh after update of name, age on users for each row when (old.name is distinct from new.name) execute function touch();

create trigger fresh after truncate on users for each statement execute function touch();

-- versions: 14-
create or replace trigger orders_touch before update on orders for each row execute function touch();

create trigger fresh instead of insert on adults for each row execute function touch();

create constraint trigger fresh after insert on orders from users deferrable initially deferred for each row execute function touch();

create constraint trigger fresh after insert on orders for each row execute function touch();

create trigger fresh after insert on orders referencing new table as added for each statement execute function touch();

create trigger fresh before insert on animals for each row execute function touch();

create trigger fresh before insert or update on regions for each row execute function touch();

alter table orders disable trigger orders_touch;

alter table orders enable trigger orders_touch;

alter table orders enable always trigger orders_touch;

alter table orders enable replica trigger orders_touch;

alter table orders disable trigger all;

alter table orders disable trigger user;

alter table orders enable trigger all;

alter table orders enable trigger user;

alter trigger orders_touch on orders rename to orders_seen;

alter trigger orders_touch on orders depends on extension plpgsql;

create trigger m before insert on measures for each row execute function touch();
alter trigger m on measures rename to n;

create trigger m before insert on measures for each row execute function touch();
drop trigger m on measures;

create trigger m before insert on measures for each row execute function touch();
alter table measures disable trigger m;

create trigger m before insert on measures for each row execute function touch();
alter table only measures disable trigger m;

comment on trigger orders_touch on orders is 'x';

create policy fresh on users using (name = current_user);

create policy fresh on docs for insert to oracle_reader with check (owner = current_user);

create policy fresh on docs using (exists (select from users u where u.name = docs.owner));

create policy fresh on docs using (steady() = 1);

alter policy docs_own on docs using (true);

alter policy docs_own on docs to oracle_reader;

alter policy docs_shared on docs using (exists (select from devices where devices.id = docs.id));

alter policy docs_own on docs rename to docs_mine;

comment on policy docs_own on docs is 'x';

create rule fresh as on update to audit do instead nothing;

create rule fresh as on insert to plain do also insert into audit values (new.a, 'x');

create or replace rule audit_keep as on delete to audit do instead nothing;

alter rule audit_keep on audit rename to audit_no_delete;

alter table audit disable rule audit_keep;

alter table audit enable rule audit_keep;

alter table audit enable always rule audit_keep;

alter table audit enable replica rule audit_keep;

comment on rule audit_keep on audit is 'x';

