-- Parameters: member, approvals.
update member set told_of_approvals = :approvals where member = :member
