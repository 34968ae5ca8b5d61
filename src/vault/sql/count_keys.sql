-- database: keys
-- Columns: count.
select count(*) as count from kept_key
