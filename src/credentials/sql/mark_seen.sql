-- database: keys
-- Parameters: name, number, now.
update credential set seen_at_ms = :now where name = :name and number = :number and seen_at_ms is null
