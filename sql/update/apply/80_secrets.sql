-- What counts as changed although it may be as it was: secrets that were given without the right to see them.
INSERT INTO touched (row_number, what)
SELECT row_number, what
FROM secret_given;
