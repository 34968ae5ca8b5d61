-- Parameters: service. Columns: member.
select member from service_user where service = :service order by member
