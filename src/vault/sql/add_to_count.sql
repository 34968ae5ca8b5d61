-- Parameters: property.
insert into people_count (property, people) values (:property, 1)
on conflict (property) do update set people = people_count.people + 1
