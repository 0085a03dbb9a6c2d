-- Drops the cached plans of foreign key checks.  A worker keeps them as long as it lives; one
-- made while a table was small would read the whole table for each of 100,000 rows.
DISCARD PLANS;
