-- Parameters: person. Columns: property, registered_at_ms, language, viewer (sealed; of the person's property).
select p.property, p.registered_at_ms, p.language, v.sealed as viewer
from person p left join viewer v on v.person = p.person and v.property = p.property
where p.person = :person
