create sequence tiny maxvalue 3;
update orders set id = 1000 + nextval('tiny');
