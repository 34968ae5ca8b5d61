-- Parameters: person, names, session, instead, expires.
insert into updates_waiting (person, names, session, instead, expires_ms)
values (:person, :names, :session, :instead, :expires)
