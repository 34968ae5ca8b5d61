-- How many people a property has, kept beside them: a registration asks for it, and counting takes
-- milliseconds once there are tens of thousands.
create table people_count (
  property bigint primary key,
  people bigint not null check (people >= 0));
insert into people_count (property, people) select property, count(*) from person group by property;
