-- Parameters: property. Columns: state, mails.
select state, count(*) as mails from outbox_mail where property = :property group by state
