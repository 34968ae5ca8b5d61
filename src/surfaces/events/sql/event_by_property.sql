-- :property → every column of event
SELECT property, slug, title, description, kind, opened, starts_ms, ends_ms, runs_on, closed_ms, time_zone,
  language, fields, required, opens_by, measured, capacity, video_kind, video_address, captions, moments,
  domains, created_ms
FROM event WHERE property = :property
