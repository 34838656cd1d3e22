create index concurrently i on p (id);
