-- database: keys
-- Parameters: name, number. Columns: sealed.
select sealed from credential where name = :name and number = :number
