-- Parameters: person. Columns: sealed.
select sealed from link where person = :person
