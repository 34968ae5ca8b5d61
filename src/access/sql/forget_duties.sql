-- Parameters: member.
delete from member_duty where member = :member
