-- Parameters: property, token (index), person, sealed.
insert into link (property, token, person, sealed) values (:property, :token, :person, :sealed)
