create domain small as numeric check (value < 3);
alter table orders alter column amount type small;
