-- Parameters: id, name, texts, now, author.
insert into updates_issue (id, name, state, texts, changed_ms, author)
values (:id, :name, 'draft', :texts, :now, :author)
