create index concurrently i on orders (nope);
