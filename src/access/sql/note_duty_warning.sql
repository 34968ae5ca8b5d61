-- Parameters: record.
update member_duty set warned = 1 where record = :record
