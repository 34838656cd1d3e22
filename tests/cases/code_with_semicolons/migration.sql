create function twice(n int) returns int language plpgsql as $body$
begin
  -- a comment; inside
  return n * 2;
end;
$body$;
create function text_of() returns text language sql as 'select ''a;b''';
