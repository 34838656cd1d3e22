create procedure halfway() language plpgsql as $$ begin update orders set note = 'half'; commit; end $$;
call halfway();
