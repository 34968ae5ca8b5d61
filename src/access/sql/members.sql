-- Columns: person, permissions, used_at_ms.
select person, permissions, used_at_ms from member order by member
