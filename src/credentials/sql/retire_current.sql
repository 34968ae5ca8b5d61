-- database: keys
-- Parameters: name, now.
update credential set state = 'retired', retired_at_ms = :now where name = :name and state = 'current'
