-- Parameters: number, key_name, sealed.
update act_detail set key_name = :key_name, sealed = :sealed where number = :number
