create temporary table picked as select id from orders where id <= 10;
update orders set note = 'picked' where id in (select id from picked);
drop table picked;
