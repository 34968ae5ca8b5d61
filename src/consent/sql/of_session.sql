-- Everything of a session, oldest first. Parameters: session. Columns: those of a row, and text.
select consent.id, session, number, property, viewer, purpose, state, method, language, policy_version, fingerprint,
  text_hash, text, at_ms
from consent join consent_text on consent_text.hash = consent.text_hash
where session = :session
order by number
