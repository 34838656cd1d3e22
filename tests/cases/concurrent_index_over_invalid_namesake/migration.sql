create index concurrently if not exists there on orders (note);
