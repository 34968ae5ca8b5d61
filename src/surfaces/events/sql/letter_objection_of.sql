-- Of one person, who is of one property. Columns: objected_ms.
SELECT objected_ms FROM letter_objection WHERE person = :person
