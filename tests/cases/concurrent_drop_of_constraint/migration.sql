drop index concurrently orders_pkey;
