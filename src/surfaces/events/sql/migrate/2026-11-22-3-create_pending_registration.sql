-- Registrations of minors that wait for a parent or guardian: what was filled in, sealed under a key of its own; the
-- guardian is the vault's random id. Times are ms since the epoch.
CREATE TABLE pending_registration (
  id TEXT NOT NULL PRIMARY KEY,
  property BIGINT NOT NULL,
  guardian TEXT NOT NULL,
  sealed TEXT NOT NULL,
  expires_ms BIGINT NOT NULL);
CREATE INDEX pending_registration_by_property ON pending_registration (property);
