alter table measures attach partition measures_2024 for values from ('2024-01-01') to ('2025-01-01');

alter table measures attach partition measures_2024 for values from (minvalue) to ('2025-01-01');

-- none
alter table regions attach partition regions_south for values in ('south');

-- traffic: insert into regions values (1, 'north', 1);
-- traffic: update regions set size = size + 1 where name = 'north' and id = 3;
alter table regions detach partition regions_other;
drop table regions_other;
alter table regions attach partition regions_south for values in ('south', 'deep south');

-- traffic: insert into measures (at, value) values ('2026-02-02', 1);
-- traffic: update measures set value = value + 1 where at = '2026-03-03';
alter table measures detach partition measures_2025;

-- none
alter table regions detach partition regions_north;
