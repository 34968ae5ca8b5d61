-- One row per event, site, tour …, for ever: numbers and slugs are never given out again.
CREATE TABLE property (
  number BIGINT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  surface TEXT NOT NULL,
  created_ms BIGINT NOT NULL
);
