-- Parameters: invitation, expires.
update member_invitation set expires_at_ms = :expires where invitation = :invitation
