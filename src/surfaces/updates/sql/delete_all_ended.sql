-- Of everybody.
delete from updates_ended
