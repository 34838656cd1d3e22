create unique index concurrently on orders (customer_id);
