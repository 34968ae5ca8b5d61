-- :number :slug :surface :created_ms
INSERT INTO property (number, slug, surface, created_ms) VALUES (:number, :slug, :surface, :created_ms)
