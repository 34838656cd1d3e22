update orders
   set note = 'x'
 where nope = 1;
