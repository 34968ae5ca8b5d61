-- Parameters: person. Columns: name, session, policy_version, since_ms.
select name, session, policy_version, since_ms from updates_subscription where person = :person order by name
