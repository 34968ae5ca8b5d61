-- What a person decided about somebody, where a rule of the policy had proposed something. The person is the vault's random
-- id; `sealed` holds the reason and the words of an objection under that person's own key. Times are ms since the epoch.
CREATE TABLE accreditation (
  property BIGINT NOT NULL,
  person TEXT NOT NULL,
  granted BIGINT NOT NULL,
  decided_ms BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  objected_ms BIGINT,
  sealed TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  PRIMARY KEY (property, person));
CREATE INDEX accreditation_by_person ON accreditation (person);
