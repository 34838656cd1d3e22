create table p (id int, at date) partition by range (at);
create table p1 (like p);
alter table p1 add constraint bounds check (at >= '2026-01-01' and at < '2026-02-01');
alter table p attach partition p1 for values from ('2026-01-01') to ('2026-02-01');
insert into p values (1, '2026-01-05');
