alter table orders add column span int4range default '[1,5)';
alter table orders add constraint apart exclude using gist (span with &&);
