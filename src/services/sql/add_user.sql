-- Parameters: service, member.
insert into service_user (service, member) values (:service, :member)
