-- database: keys
-- Parameters: name, number, now.
update credential set state = 'ended', sealed = null, ended_at_ms = :now
where name = :name and number = :number and state <> 'ended'
