-- What is left of an incident. Parameters: id, at, sealed.
update incident set sealed = :sealed, texts_ended_ms = :at, reporter = null where id = :id
