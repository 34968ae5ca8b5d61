-- Every column of accreditation.
INSERT INTO accreditation (property, person, granted, decided_ms, decided_by, objected_ms, sealed, policy_version)
VALUES (:property, :person, :granted, :decided_ms, :decided_by, :objected_ms, :sealed, :policy_version)
ON CONFLICT (property, person) DO UPDATE SET granted = excluded.granted, decided_ms = excluded.decided_ms,
  decided_by = excluded.decided_by, objected_ms = excluded.objected_ms, sealed = excluded.sealed,
  policy_version = excluded.policy_version
