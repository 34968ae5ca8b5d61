-- Whoever subscribes again keeps the day on which it began. Parameters: person, name, session, policy_version, since.
insert into updates_subscription (person, name, session, policy_version, since_ms)
values (:person, :name, :session, :policy_version, :since)
on conflict (person, name) do update set session = excluded.session, policy_version = excluded.policy_version
