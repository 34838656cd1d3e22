update orders set note = 'first';
vacuum orders;
update customers set name = 'second' where nope;
