-- Columns: person, permissions.
select person, permissions from member order by member
