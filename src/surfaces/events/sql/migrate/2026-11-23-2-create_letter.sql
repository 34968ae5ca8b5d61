-- What a member of staff wrote to viewers of an event. `sealed` holds the words, and where answers go, under a key of the
-- event's; `queued` says that the outbox has it for everybody. Times are ms since the epoch.
CREATE TABLE letter (
  id TEXT NOT NULL PRIMARY KEY,
  property BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  sent_ms BIGINT NOT NULL,
  sent_by TEXT NOT NULL,
  people BIGINT NOT NULL,
  queued BIGINT NOT NULL,
  sealed TEXT NOT NULL);
CREATE INDEX letter_by_property ON letter (property, sent_ms);
-- To whom: the vault's random ids. `subject` is that of the act in the journal, once the outbox has the mail.
CREATE TABLE letter_to (
  letter TEXT NOT NULL,
  property BIGINT NOT NULL,
  person TEXT NOT NULL,
  sent_ms BIGINT NOT NULL,
  subject TEXT,
  PRIMARY KEY (letter, person));
CREATE INDEX letter_to_by_person ON letter_to (person);
CREATE INDEX letter_to_by_property ON letter_to (property, sent_ms);
-- Who wants no more of them.
CREATE TABLE letter_objection (
  property BIGINT NOT NULL,
  person TEXT NOT NULL,
  objected_ms BIGINT NOT NULL,
  PRIMARY KEY (property, person));
CREATE INDEX letter_objection_by_person ON letter_objection (person);
