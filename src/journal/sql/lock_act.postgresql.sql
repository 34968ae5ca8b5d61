-- Numbers have no gap, so whoever adds an act goes alone; readers go on.
lock table act in exclusive mode
