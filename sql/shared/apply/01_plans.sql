-- Drops the cached plans of foreign key checks, before many rows are written.  A worker keeps
-- them as long as it lives; one made while a table was small would read the whole table for each
-- of 100,000 rows.  For a few rows, making the plans again takes longer than it saves.
-- rows of {plan}: row_number >= 1000
DISCARD PLANS;
