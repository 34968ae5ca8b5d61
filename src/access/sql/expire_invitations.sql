-- Parameters: organisation, now.
update member_invitation set expires_at_ms = :now where organisation = :organisation and expires_at_ms > :now
