drop index concurrently there;
