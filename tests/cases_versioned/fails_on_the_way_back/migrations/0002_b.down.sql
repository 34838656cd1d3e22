drop table b;
drop table nowhere;
