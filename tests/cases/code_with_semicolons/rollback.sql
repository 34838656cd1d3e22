drop function twice(int);
drop function text_of();
