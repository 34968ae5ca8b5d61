-- Adds a row. Parameters: all columns.
insert into consent (id, session, number, property, viewer, purpose, state, method, language, policy_version,
  fingerprint, text_hash, at_ms)
values (:id, :session, :number, :property, :viewer, :purpose, :state, :method, :language, :policy_version,
  :fingerprint, :text_hash, :at_ms)
