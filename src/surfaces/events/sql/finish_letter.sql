-- Parameters: id.
UPDATE letter SET queued = 1 WHERE id = :id
