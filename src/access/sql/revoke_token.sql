-- Parameters: token, member.
delete from member_token where token = :token and member = :member
