-- Parameters: property, person, objected_ms.
INSERT INTO letter_objection (property, person, objected_ms) VALUES (:property, :person, :objected_ms)
ON CONFLICT (property, person) DO NOTHING
