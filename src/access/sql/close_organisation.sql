-- Parameters: organisation, now.
update organisation set closed_at_ms = :now where organisation = :organisation and closed_at_ms is null
