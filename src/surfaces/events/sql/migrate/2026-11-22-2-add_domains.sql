-- Origins on whose pages the heartbeat script may be used for this event, as a JSON list.
ALTER TABLE event ADD COLUMN domains TEXT NOT NULL DEFAULT '[]';
