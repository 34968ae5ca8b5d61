-- :number :slug :surface :organisation :created_ms
INSERT INTO property (number, slug, surface, organisation, created_ms)
VALUES (:number, :slug, :surface, :organisation, :created_ms)
