-- Secrets that an account without users.secrets gives count as changed, even where they are
-- the stored ones.
INSERT INTO touched (row_number, what)
SELECT row_number, what
FROM secret_given;
