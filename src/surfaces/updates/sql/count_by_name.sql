-- Columns: name, people.
select name, count(*) as people from updates_subscription group by name
