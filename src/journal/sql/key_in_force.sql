-- Parameters: property, month. Columns: name.
select name from act_key where property = :property and month = :month and state = 'active'
