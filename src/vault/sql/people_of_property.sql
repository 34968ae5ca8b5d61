-- Parameters: property. Columns: person, registered_at_ms, language, viewer (sealed).
select p.person, p.registered_at_ms, p.language, v.sealed as viewer
from person p left join viewer v on v.person = p.person and v.property = p.property
where p.property = :property
order by p.registered_at_ms, p.person
