-- Parameters: member. Columns: codes.
select count(*) as codes from member_recovery where member = :member
