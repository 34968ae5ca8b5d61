-- database: keys
-- Parameters: parent. Columns: name, wrapped.
select name, wrapped from kept_key where parent = :parent and state = 'active'
