-- Parameters: member. Columns: tokens.
select count(*) as tokens from member_token where member = :member
