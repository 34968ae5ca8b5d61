-- Of a member, the latest at the head. Parameters: member. Columns: at_ms, outcome, name, network.
select at_ms, outcome, name, network from member_sign_in where member = :member order by at_ms desc, sign_in
