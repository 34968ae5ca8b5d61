-- A letter that is there stays as it is. Every column of incident_letter.
insert into incident_letter (incident, property, person, state, at_ms)
values (:incident, :property, :person, :state, :at_ms)
on conflict (incident, property, person) do nothing
