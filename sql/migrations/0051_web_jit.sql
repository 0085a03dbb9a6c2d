-- Compiling a query takes longer than any query of a page: 0.2 s at best, for a plan that
-- row level security lets seem costly.  Workers do without it since the beginning.
ALTER ROLE rollcall_web SET jit = off;
