-- Parameters: record, member, duty, version, policy, language, signature, done, by, now.
insert into member_duty (record, member, duty, version, policy, language, signature, done_at_ms, recorded_by, recorded_at_ms)
values (:record, :member, :duty, :version, :policy, :language, :signature, :done, :by, :now)
