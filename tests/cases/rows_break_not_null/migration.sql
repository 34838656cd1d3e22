alter table customers add column a int;
alter table customers alter column email set not null;
