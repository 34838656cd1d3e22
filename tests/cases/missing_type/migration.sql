alter table orders add column shape no_such_type;
