create index concurrently i on orders ((id / amount));
