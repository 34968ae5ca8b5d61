-- Another record takes their place. Parameters: member, duty.
update member_duty set ended = 1 where member = :member and duty = :duty
