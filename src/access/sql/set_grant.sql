-- Parameters: member, role, exports, until.
update member set role = :role, exports = :exports, until_ms = :until, over_noted = 0 where member = :member
