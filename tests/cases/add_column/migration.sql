alter table orders add column state text;
