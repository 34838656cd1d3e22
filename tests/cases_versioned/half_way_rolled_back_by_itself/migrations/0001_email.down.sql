drop index if exists people_id_email;
drop index people_email;
drop table audit;
