create index concurrently i on orders (picky(note));
