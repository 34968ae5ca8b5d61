-- Parameters: disclosure, property, person.
insert into disclosure_subject (disclosure, property, person) values (:disclosure, :property, :person)
