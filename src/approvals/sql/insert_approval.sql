-- Parameters: all columns but those of a decision.
insert into approval (id, organisation, act, kind, property, asked_by, asked_at_ms, until_ms, state, sealed)
values (:id, :organisation, :act, :kind, :property, :asked_by, :asked, :until, :state, :sealed)
