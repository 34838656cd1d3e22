insert into people values (1, 'again');
drop table audit;
