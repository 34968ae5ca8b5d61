-- database: keys
-- Parameters: name.
-- Columns: number, state, made, made_by, made_at_ms, current_at_ms, retired_at_ms, ended_at_ms,
-- introduction, seen_at_ms.
select number, state, made, made_by, made_at_ms, current_at_ms, retired_at_ms, ended_at_ms, introduction, seen_at_ms
from credential where name = :name order by number desc
