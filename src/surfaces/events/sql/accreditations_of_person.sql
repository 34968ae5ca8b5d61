-- Columns: those of accreditation.
SELECT property, person, granted, decided_ms, decided_by, objected_ms, sealed, policy_version
FROM accreditation WHERE person = :person
