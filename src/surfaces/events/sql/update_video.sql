-- Parameters: property, video_kind, video_address.
UPDATE event SET video_kind = :video_kind, video_address = :video_address WHERE property = :property
