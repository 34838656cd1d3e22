set work_mem = '64kB';
set temp_file_limit = '64kB';
create table sorted as select md5(n::text) as m from generate_series(1, 200000) n order by 1;
