-- Puts a field in the place of one of the same name.
-- Parameters: person, name, data, purposes (space between), policy_version, sealed, at_ms.
insert into person_field (person, name, data, purposes, policy_version, sealed, stored_at_ms)
values (:person, :name, :data, :purposes, :policy_version, :sealed, :at_ms)
on conflict (person, name) do update set data = excluded.data, purposes = excluded.purposes,
  policy_version = excluded.policy_version, sealed = excluded.sealed, stored_at_ms = excluded.stored_at_ms
