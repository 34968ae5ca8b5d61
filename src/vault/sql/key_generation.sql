-- database: keys
-- Columns: made, destroyed, changed_at_ms.
select count(*) as made,
       count(destroyed_at_ms) as destroyed,
       coalesce(max(coalesce(destroyed_at_ms, created_at_ms)), 0) as changed_at_ms
from kept_key
