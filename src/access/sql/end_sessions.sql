-- Parameters: member, keep.
delete from member_session where member = :member and secret <> :keep
