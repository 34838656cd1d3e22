create table p (id int) partition by range (id);
alter table p attach partition loose for values from (1) to (10);
