-- → number: the one that no property has had yet
SELECT COALESCE(MAX(number), 0) + 1 AS number FROM property
