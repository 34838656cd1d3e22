drop table built;
