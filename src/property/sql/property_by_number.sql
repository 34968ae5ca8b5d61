-- :number → number, slug, surface, organisation, created_ms
SELECT number, slug, surface, organisation, created_ms FROM property WHERE number = :number
