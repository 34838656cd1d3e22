alter table measures attach partition measures_2024 for values from ('2024-01-01') to ('2025-01-01');

alter table measures attach partition measures_2024 for values from (minvalue) to ('2025-01-01');

-- none
alter table regions attach partition regions_south for values in ('south');

alter table regions detach partition regions_other;
drop table regions_other;
alter table regions attach partition regions_south for values in ('south', 'deep south');

alter table measures detach partition measures_2025;

-- none
alter table regions detach partition regions_north;
