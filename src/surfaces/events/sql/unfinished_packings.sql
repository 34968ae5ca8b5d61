-- → property, state: those that a stop of the program interrupted
SELECT property, state FROM packing WHERE state IN ('receiving', 'packing')
