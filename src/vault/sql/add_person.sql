-- Parameters: person, property, at_ms, language.
insert into person (person, property, registered_at_ms, language) values (:person, :property, :at_ms, :language)
