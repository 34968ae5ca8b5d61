-- :property → every column of event, and the organisation of its property
SELECT property, slug, title, description, kind, opened, starts_ms, ends_ms, runs_on, closed_ms, time_zone,
  language, fields, required, opens_by, measured, capacity, video_kind, video_address, captions, moments,
  domains, created_ms, (SELECT organisation FROM property WHERE number = event.property) AS organisation
FROM event WHERE property = :property
