-- Parameters: name, property (0 for none), month, generation.
insert into act_key (name, property, month, generation, state)
values (:name, :property, :month, :generation, 'active')
