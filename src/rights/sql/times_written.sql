-- How often somebody in the property of requests asked or reported something. Parameters: person. Columns: times.
select (select count(*) from request where person = :person) + (select count(*) from incident where reporter = :person) as times
