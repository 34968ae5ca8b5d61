-- Parameters: number, key_name, property (0 for none), sealed.
insert into act_detail (number, key_name, property, sealed) values (:number, :key_name, :property, :sealed)
