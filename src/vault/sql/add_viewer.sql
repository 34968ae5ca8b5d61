-- Parameters: property, number (index), person, sealed.
insert into viewer (property, number, person, sealed) values (:property, :number, :person, :sealed)
