-- Columns: members.
select count(*) as members from member
