-- Parameters: member, role, exports.
update member set role = :role, exports = :exports where member = :member
