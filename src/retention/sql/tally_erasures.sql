-- database: keys
-- Columns: total, completed, last_at_ms (null before the first).
select count(*) as total, count(completed_at_ms) as completed, max(completed_at_ms) as last_at_ms from erasure
