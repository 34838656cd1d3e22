set lock_timeout = 0;
set statement_timeout = '1h';
alter table orders add column seen text;
update orders set seen = current_setting('lock_timeout') where id = 1;
