-- database: keys
-- Parameters: name, number, introduction, now.
update credential set state = 'current', current_at_ms = :now, introduction = :introduction
where name = :name and number = :number and state = 'next'
