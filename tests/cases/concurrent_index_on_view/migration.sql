create index concurrently i on notes (note);
