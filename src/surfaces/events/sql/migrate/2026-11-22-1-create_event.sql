-- What an organiser decides about an event. No column is about a viewer.
CREATE TABLE event (
  property BIGINT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  kind TEXT NOT NULL,
  opened BIGINT NOT NULL,
  starts_ms BIGINT NOT NULL,
  ends_ms BIGINT NOT NULL,
  runs_on BIGINT NOT NULL,
  closed_ms BIGINT,
  time_zone TEXT NOT NULL,
  language TEXT NOT NULL,
  fields TEXT NOT NULL,
  required TEXT NOT NULL,
  opens_by TEXT NOT NULL,
  measured BIGINT NOT NULL,
  capacity BIGINT,
  video_kind TEXT NOT NULL,
  video_address TEXT NOT NULL,
  captions BIGINT NOT NULL,
  moments TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);
-- The packing of an uploaded video: receiving, packing, ready, failed.
CREATE TABLE packing (
  property BIGINT PRIMARY KEY,
  state TEXT NOT NULL,
  progress DOUBLE PRECISION NOT NULL,
  reason TEXT NOT NULL,
  changed_ms BIGINT NOT NULL
);
