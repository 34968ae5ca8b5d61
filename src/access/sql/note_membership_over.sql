-- Parameters: member.
update member set over_noted = 1 where member = :member
