-- Every column of pending_registration.
INSERT INTO pending_registration (id, property, guardian, sealed, expires_ms)
VALUES (:id, :property, :guardian, :sealed, :expires_ms)
