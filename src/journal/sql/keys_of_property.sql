-- Parameters: property. Columns: name.
select name from act_key where property = :property and state = 'active' order by name
