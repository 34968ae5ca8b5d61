-- Of a member, the last one at the head. Parameters: member. Columns: record, duty, version, signature, done_at_ms.
select record, duty, version, signature, done_at_ms from member_duty
where member = :member order by ended, recorded_at_ms desc, record
