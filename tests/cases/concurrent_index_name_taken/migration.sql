create index concurrently there on orders (amount);
