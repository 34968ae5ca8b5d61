-- database: keys
-- Parameters: who. Columns: all but who.
select erasure, property, sealed, traces, subject, member, requested_at_ms, completed_at_ms, certificate, swept
from erasure where who = :who
