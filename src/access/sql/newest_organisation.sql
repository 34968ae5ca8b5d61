-- Columns: organisation.
select max(organisation) as organisation from organisation
