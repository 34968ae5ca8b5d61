-- Parameters: month. Columns: name.
select name from act_key where month < :month and state = 'active' order by name
