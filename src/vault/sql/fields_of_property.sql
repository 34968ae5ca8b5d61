-- In the order of people_of_property, so that both can be read side by side.
-- Parameters: property. Columns: person, name, data, purposes, policy_version, sealed, stored_at_ms, source, given_on.
select f.person, f.name, f.data, f.purposes, f.policy_version, f.sealed, f.stored_at_ms, f.source, f.given_on
from person p join person_field f on f.person = p.person
where p.property = :property
order by p.registered_at_ms, p.person, f.name
