-- Parameters: member, number, started, vouched.
update member_half_session set vouched = :vouched
where member = :member and number = :number and number <> '' and vouched = '' and started_at_ms > :started
