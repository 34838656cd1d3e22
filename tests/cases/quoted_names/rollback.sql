drop index concurrently "in;dex";
drop table "Odd; Name";
