-- database: keys
-- When somebody was shown this one; null for what nobody has seen.
alter table credential add column seen_at_ms bigint;
