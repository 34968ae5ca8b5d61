-- Columns: name.
select name from act_key where state = 'ending' order by name
