-- That are not in the journal yet. Parameters: now. Columns: member.
select member from member where until_ms is not null and until_ms <= :now and over_noted = 0
