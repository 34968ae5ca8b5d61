-- Parameters: person, property, template, once. Columns: number.
select number from outbox_mail
where person = :person and property = :property and template = :template and once = :once
