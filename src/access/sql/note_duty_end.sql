-- Parameters: record.
update member_duty set ended = 1 where record = :record
