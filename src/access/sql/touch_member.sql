-- Parameters: member, now.
update member set used_at_ms = :now where member = :member
