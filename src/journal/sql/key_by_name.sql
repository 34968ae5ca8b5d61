-- Parameters: name. Columns: property, month.
select property, month from act_key where name = :name and state = 'active'
