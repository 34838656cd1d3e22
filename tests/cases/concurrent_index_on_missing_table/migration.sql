create index concurrently i on missing (a);
