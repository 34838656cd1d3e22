create table p (id int) partition by range (id);
create table p1 partition of p for values from (1) to (10);
create table p2 partition of p for values from (5) to (20);
