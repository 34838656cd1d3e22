alter type mood add value 'great';
update orders set nope = 1;
