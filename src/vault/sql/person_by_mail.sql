-- Parameters: property, mail (blind index). Columns: person.
select person from mail_index where property = :property and mail = :mail
