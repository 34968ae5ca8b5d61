delete from updates_ended
