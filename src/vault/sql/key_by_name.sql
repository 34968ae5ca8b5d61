-- database: keys
-- Parameters: name. Columns: state, wrapped (null when destroyed).
select state, wrapped from kept_key where name = :name
