-- database: keys
-- Parameters: name, number, now.
update credential set state = 'current', current_at_ms = :now
where name = :name and number = :number and state = 'next'
