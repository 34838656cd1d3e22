-- hotswap: transaction=false
drop table if exists audit;
create table audit as select id from people;
create unique index people_email on people (email);
