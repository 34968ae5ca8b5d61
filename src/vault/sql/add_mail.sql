-- Parameters: property, mail (blind index), person, field.
insert into mail_index (property, mail, person, field) values (:property, :mail, :person, :field)
