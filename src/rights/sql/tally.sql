-- Requests that wait, and those of them that are late. Parameters: now. Columns: waiting, late.
select count(*) as waiting, sum(case when paused_ms is null and due_ms < :now then 1 else 0 end) as late
from request where state not in ('decided', 'closed')
