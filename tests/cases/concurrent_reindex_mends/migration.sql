reindex index concurrently there;
