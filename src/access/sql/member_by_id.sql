-- Parameters: member. Columns: person, password, permissions.
select person, password, permissions from member where member = :member
