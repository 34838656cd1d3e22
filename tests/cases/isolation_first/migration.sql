set transaction isolation level repeatable read;
update orders set note = current_setting('transaction_isolation') where id = 1;
