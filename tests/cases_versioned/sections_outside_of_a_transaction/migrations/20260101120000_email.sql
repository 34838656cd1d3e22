-- each address once

-- migrate:up transaction:false
create table audit (id int);
create unique index people_email on people (email);

-- migrate:down
drop index if exists people_email;
drop table audit;
