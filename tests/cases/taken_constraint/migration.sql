alter table orders add constraint positive check (amount >= 0);
alter table orders add constraint positive check (amount > -1);
