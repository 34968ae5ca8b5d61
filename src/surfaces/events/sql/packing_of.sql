-- :property → state, progress, reason
SELECT state, progress, reason FROM packing WHERE property = :property
