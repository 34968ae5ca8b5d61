-- Columns: drafts.
select count(*) as drafts from updates_issue where state = 'draft'
