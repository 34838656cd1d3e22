drop index concurrently a, b;
