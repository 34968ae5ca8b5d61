-- Parameters: person. Columns: member, password, permissions.
select member, password, permissions from member where person = :person
