drop table app.things;
drop schema app;
