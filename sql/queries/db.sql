-- What every connection needs.

-- name: scope_set
SELECT set_config('rollcall.scope', $1, true), set_config('rollcall.root', $2, true);

