alter table orders add unique (code);

alter table orders add constraint orders_code_note unique (code, note) include (amount) with (fillfactor = 80) deferrable initially deferred;

alter table orders add constraint orders_code_once unique nulls not distinct (id, code);

alter table measures_2024 add primary key (id);

alter table customers drop constraint customers_pkey;
alter table customers alter id drop not null;
alter table customers add constraint customers_key primary key (id, name);

-- none
alter table measures add unique (id, at);

alter table orders add foreign key (customer_id) references customers;

alter table orders add constraint orders_customer foreign key (customer_id) references customers (id) match full on delete cascade on update set null deferrable;

-- none
alter table orders add constraint orders_customer foreign key (customer_id) references customers not valid;

alter table orders add check (amount >= 0);

alter table orders add constraint positive check (quantity > 0 and amount >= 0);

alter table measures add check (sensor > 0);

alter table orders alter code set not null;

alter table orders alter code set not null, alter code set default 'none', add check (amount >= 0), add unique (code), add column comment text;

alter table measures alter value set not null;

-- none
alter table orders alter note set not null;

alter table orders add column priority int check (priority > 0) unique references customers (id) deferrable;

-- none
alter table orders add column priority int default 5;

alter table orders add column rank int unique, drop column placed_at, add constraint positive check (quantity > 0);
