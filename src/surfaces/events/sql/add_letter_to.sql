-- Parameters: letter, property, person, sent_ms.
INSERT INTO letter_to (letter, property, person, sent_ms) VALUES (:letter, :property, :person, :sent_ms)
