-- database: keys
-- Parameters: name. Columns: number.
select coalesce(max(number), 0) as number from credential where name = :name
