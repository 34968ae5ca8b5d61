-- :property :state :progress :reason :changed_ms
INSERT INTO packing (property, state, progress, reason, changed_ms)
VALUES (:property, :state, :progress, :reason, :changed_ms)
ON CONFLICT (property) DO UPDATE SET state = excluded.state, progress = excluded.progress,
  reason = excluded.reason, changed_ms = excluded.changed_ms
