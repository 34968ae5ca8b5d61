-- Before the person's row is deleted; changes nothing once it is. Parameters: person.
update people_count set people = people - 1
where property = (select property from person where person = :person)
