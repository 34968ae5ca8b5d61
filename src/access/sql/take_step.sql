-- Only forward. Parameters: member, step.
update member_factor set used_step = :step where member = :member and used_step < :step
