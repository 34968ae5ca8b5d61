-- Parameters: person, property. Columns: sealed.
select sealed from viewer where person = :person and property = :property
