-- Of a property, the latest first. Parameters: property. Columns: all.
select number, property, organiser, reference, agreed_on, reply_to, purposes, policy_version, recorded_at_ms,
  ended_at_ms
from assignment where property = :property order by number desc
