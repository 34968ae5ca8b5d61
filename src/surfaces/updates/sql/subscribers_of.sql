-- Parameters: name, until. Columns: person, name, session, policy_version, since_ms.
select person, name, session, policy_version, since_ms from updates_subscription
where name = :name and since_ms <= :until
order by person
