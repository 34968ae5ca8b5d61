-- Parameters: member. Columns: secret, set_at_ms, used_step.
select secret, set_at_ms, used_step from member_factor where member = :member
