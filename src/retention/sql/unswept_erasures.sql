-- database: keys
-- Those that are not completed, or were not looked after since. Columns: all but who.
select erasure, property, sealed, traces, subject, member, requested_at_ms, completed_at_ms, certificate, swept
from erasure where swept = 0 order by requested_at_ms, erasure
