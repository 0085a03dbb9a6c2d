-- The tables of a job have no statistics: it joins them by hash, which sorts nothing wide.
SELECT set_config('enable_mergejoin', 'off', true);
