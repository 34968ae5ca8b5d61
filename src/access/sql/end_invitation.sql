-- Parameters: person.
delete from member_invitation where person = :person
