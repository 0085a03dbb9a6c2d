-- Plans of foreign key checks that were made while the tables were small are forgotten: kept
-- by a worker for its life, they would read a whole table for each of 100,000 rows.
DISCARD PLANS;
