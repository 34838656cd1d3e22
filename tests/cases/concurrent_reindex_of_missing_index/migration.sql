reindex index concurrently nope;
