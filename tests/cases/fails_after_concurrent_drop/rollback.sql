create index concurrently there on orders (note);
