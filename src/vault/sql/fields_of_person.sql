-- Parameters: person. Columns: name, data, purposes, policy_version, sealed, stored_at_ms, source, given_on.
select name, data, purposes, policy_version, sealed, stored_at_ms, source, given_on
from person_field where person = :person order by name
