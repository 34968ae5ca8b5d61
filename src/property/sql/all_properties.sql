-- → number, slug, surface, created_ms
SELECT number, slug, surface, created_ms FROM property ORDER BY number
