-- Parameters: now. Columns: person.
select person from member_invitation where expires_at_ms <= :now
