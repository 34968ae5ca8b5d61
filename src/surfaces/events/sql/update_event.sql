-- :property, and every column that may change
UPDATE event SET title = :title, description = :description, kind = :kind, opened = :opened,
  starts_ms = :starts_ms, ends_ms = :ends_ms, runs_on = :runs_on, closed_ms = :closed_ms,
  time_zone = :time_zone, language = :language, fields = :fields, required = :required, opens_by = :opens_by,
  measured = :measured, capacity = :capacity, video_kind = :video_kind, video_address = :video_address,
  captions = :captions, moments = :moments, domains = :domains
WHERE property = :property
