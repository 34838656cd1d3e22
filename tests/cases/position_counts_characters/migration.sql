select 'grüße', '→ 世界';
select 'äöü→' || nope from orders;
