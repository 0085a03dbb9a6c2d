-- An export in parts: its first users by an index, at once, and all others sorted.

-- Chooses the users of the next part, in the order of the export, for the query export_part: they are in the
-- settings of the transaction, those with a place after rollcall.export_from.  True where there may be others yet.
-- The first part has a hundred users.  The second has all others, if they are no more than an eighth of the scope: to
-- look each up by himself takes less than to read and sort what all have.  Of more it has so many that looking them up hardly counts beside that.
--
-- A tenant has its own sorted keys, so it is one tenant after the other.
CREATE OR REPLACE FUNCTION export_choose(filter jsonb) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	whole constant text := current_setting('rollcall.scope', true);
	tenants int[] := coalesce(current_setting('rollcall.export_tenants', true), '{}');
	users bigint[] := coalesce(current_setting('rollcall.export_users', true), '{}');
	sent constant int := cardinality(users);
	wanted bigint := CASE WHEN sent = 0 THEN 100 WHEN filter = '{}' THEN users_total() / 200 END;
	skipped bigint := sent;
	more boolean := false;
	tenant int;
	part record;
BEGIN
	FOREACH tenant IN ARRAY ARRAY(SELECT one FROM unnest(scope()) AS one ORDER BY one) LOOP
		PERFORM set_config('rollcall.scope', format('{%s}', tenant), true);
		LOOP
			SELECT coalesce(array_agg(p.user_id ORDER BY p.place) FILTER (WHERE p.place > 0), '{}') AS users, max(p.total) AS total, bool_or(p.more) AS more
			INTO part
			FROM users_narrowed(filter, 'exported', false, true, wanted, skipped, false) p;
			EXIT WHEN wanted IS NOT NULL OR NOT part.more;
			wanted := users_total() / 200;
		END LOOP;
		users := users || part.users;
		tenants := tenants || array_fill(tenant, ARRAY[cardinality(part.users)]);
		wanted := wanted - cardinality(part.users);
		more := part.more OR skipped + cardinality(part.users) < part.total;
		EXIT WHEN more;
		skipped := greatest(skipped - part.total, 0);
	END LOOP;
	PERFORM set_config('rollcall.scope', whole, true), set_config('rollcall.export_tenants', tenants::text, true),
		set_config('rollcall.export_users', users::text, true), set_config('rollcall.export_from', sent::text, true);
	RETURN more;
END
$$;
