-- About that last use and no other. Parameters: person, used. Columns: closes_at_ms.
select closes_at_ms from account_warning where person = :person and used_at_ms = :used
