-- Puts a field in the place of one of the same name. Without a source, that of the one before stays.
-- Parameters: person, name, data, purposes (space between), policy_version, sealed, at_ms, source, given_on.
insert into person_field (person, name, data, purposes, policy_version, sealed, stored_at_ms, source, given_on)
values (:person, :name, :data, :purposes, :policy_version, :sealed, :at_ms, :source, :given_on)
on conflict (person, name) do update set data = excluded.data, purposes = excluded.purposes,
  policy_version = excluded.policy_version, sealed = excluded.sealed, stored_at_ms = excluded.stored_at_ms,
  source = case when excluded.source = '' then person_field.source else excluded.source end,
  given_on = case when excluded.source = '' then person_field.given_on else excluded.given_on end
