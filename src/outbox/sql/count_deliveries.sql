-- Parameters: template, once. Columns: state, mails.
select state, count(*) as mails from outbox_mail where template = :template and once = :once group by state
