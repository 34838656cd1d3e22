drop index concurrently there;
alter table missing add column a int;
