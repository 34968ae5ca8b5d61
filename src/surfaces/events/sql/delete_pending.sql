-- Parameters: id.
DELETE FROM pending_registration WHERE id = :id
