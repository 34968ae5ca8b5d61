-- Parameters: person. Columns: name, data, purposes, policy_version, sealed, stored_at_ms.
select name, data, purposes, policy_version, sealed, stored_at_ms
from person_field where person = :person order by name
