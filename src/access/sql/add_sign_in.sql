-- Parameters: sign_in, member, now, outcome, refused, name, network.
insert into member_sign_in (sign_in, member, at_ms, outcome, refused, name, network)
values (:sign_in, :member, :now, :outcome, :refused, :name, :network)
