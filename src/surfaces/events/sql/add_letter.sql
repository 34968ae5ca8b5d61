-- Parameters: all columns but queued.
INSERT INTO letter (id, property, purpose, policy_version, sent_ms, sent_by, people, queued, sealed)
VALUES (:id, :property, :purpose, :policy_version, :sent_ms, :sent_by, :people, 0, :sealed)
