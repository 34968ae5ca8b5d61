-- Everything sealed and every index of a person. Parameters: person. Columns: trace.
select sealed as trace from person_field where person = :person
union all select sealed from link where person = :person
union all select token from link where person = :person
union all select sealed from viewer where person = :person
union all select number from viewer where person = :person
union all select mail from mail_index where person = :person
