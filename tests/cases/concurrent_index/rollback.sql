drop index concurrently orders_note;
