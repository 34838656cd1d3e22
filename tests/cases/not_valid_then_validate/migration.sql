alter table orders add constraint sane check (amount >= 0) not valid;
vacuum orders;
alter table orders validate constraint sane;
