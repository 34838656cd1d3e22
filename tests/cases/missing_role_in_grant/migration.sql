alter table orders add column a int;
grant select on orders to no_such_role_anywhere;
