select set_config('case.broken', 'yes', false);
reindex index concurrently orders_moody;
