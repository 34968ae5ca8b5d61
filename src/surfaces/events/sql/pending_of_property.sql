-- Columns: those of pending_registration.
SELECT id, property, guardian, sealed, expires_ms FROM pending_registration WHERE property = :property
