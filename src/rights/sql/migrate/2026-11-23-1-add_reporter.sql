-- Who reported an incident from outside, where they said so and the policy has a place for it: the vault's random id of
-- somebody in the property of requests.
alter table incident add column reporter text;
create unique index incident_by_reporter on incident (reporter);
