-- Parameters: letter, person, subject.
UPDATE letter_to SET subject = :subject WHERE letter = :letter AND person = :person AND subject IS NULL
