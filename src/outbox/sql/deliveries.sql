-- Parameters: template, once. Columns: person, property, state, changed_at_ms.
select person, property, state, changed_at_ms from outbox_mail where template = :template and once = :once
