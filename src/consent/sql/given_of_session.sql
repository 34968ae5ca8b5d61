-- What a session has given and still holds. Parameters: session. Columns: those of a row, and text.
select consent.id, session, number, property, viewer, purpose, state, method, language, policy_version, fingerprint,
  text_hash, text, at_ms
from consent join consent_text on consent_text.hash = consent.text_hash
where session = :session and state = 'given' and not exists (
  select 1 from consent as later
  where later.session = consent.session and later.purpose = consent.purpose and later.number > consent.number
    and later.state <> 'asked')
order by number
