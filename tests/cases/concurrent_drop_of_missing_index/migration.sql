drop index concurrently nope;
