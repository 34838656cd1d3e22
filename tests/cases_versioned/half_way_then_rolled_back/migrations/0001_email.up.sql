-- hotswap: transaction=false
create table audit (id int);
create unique index people_email on people (email);
create index people_id_email on people (id, email);
