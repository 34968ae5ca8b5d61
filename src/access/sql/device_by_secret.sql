-- Parameters: member, secret, used. Columns: device.
select device from member_device where member = :member and secret = :secret and used_at_ms > :used
