-- Every column of incident.
insert into incident (id, state, finder, reporter, risk, language, policy_version, opened_ms, aware_ms, from_ms, until_ms, closed_ms, sealed)
values (:id, :state, :finder, :reporter, :risk, :language, :policy_version, :opened_ms, :aware_ms, :from_ms, :until_ms, :closed_ms, :sealed)
