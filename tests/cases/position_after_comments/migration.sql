-- a comment; with a semicolon
/* and
   another; one */ alter table orders add column a int;


   /* before */ select id, -- why
          nope
     from orders;
