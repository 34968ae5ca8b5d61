-- database: keys
-- Destroys a key and all below it. Parameters: name, at_ms.
update kept_key set state = 'destroyed', wrapped = null, destroyed_at_ms = :at_ms
where (name = :name or parent = :name) and state = 'active'
