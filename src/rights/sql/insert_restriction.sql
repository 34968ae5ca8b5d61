-- Restricting again changes nothing. Parameters: request, property, person, viewer, since_ms.
insert into restriction (request, property, person, viewer, since_ms, lifted_ms)
values (:request, :property, :person, :viewer, :since_ms, null)
on conflict (request, property, person) do nothing
