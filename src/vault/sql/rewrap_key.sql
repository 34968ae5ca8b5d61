-- database: keys
-- Parameters: name, wrapped.
update kept_key set wrapped = :wrapped where name = :name and state = 'active'
