-- Of each thousand ids the first names alone are noted: what the first pages of a list need.  Until they are noted
-- each page computes all names, so the time counts: it is a third of what sorting all of them took.
DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;
SET LOCAL ROLE rollcall_search;
UPDATE user_search_stale SET listed = false WHERE listed;
DELETE FROM user_order_note;
RESET ROLE;
ALTER TABLE user_order_note DROP ids, DROP names;
ALTER TABLE user_order_note RENAME first_ids TO ids;
ALTER TABLE user_order_note RENAME first_names TO names;
COMMENT ON TABLE user_order_note IS 'The first names, 50 of each thousand ids, of users whose keys of lists are not made yet';
COMMENT ON COLUMN user_search_stale.listed IS 'The first names of all with an id from low to high are in user_order_note';

CREATE OR REPLACE FUNCTION list_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken user_search_stale[];
BEGIN
	IF NOT mark_many('listed') AND NOT EXISTS (SELECT FROM user_search_stale WHERE listed) THEN
		RETURN false;
	END IF;
	taken := mark_take('listed', 200);
	IF taken IS NULL THEN
		RETURN false;
	END IF;
	DELETE FROM user_order_note b USING unnest(taken) t WHERE b.tenant_id = t.tenant_id AND b.thousand = t.low / 1000;
	INSERT INTO user_order_note (tenant_id, thousand, n, ids, names)
	SELECT t.tenant_id, t.low / 1000, (SELECT count(*) FROM users u WHERE u.tenant_id = t.tenant_id
			AND u.id BETWEEN t.low / 1000 * 1000 AND t.low / 1000 * 1000 + 999), b.ids, b.names
	FROM unnest(taken) t
	CROSS JOIN LATERAL (
		SELECT coalesce(array_agg(user_id), '{}') AS ids, coalesce(array_agg(name), '{}') AS names
		FROM (SELECT user_id, name FROM user_order_now n WHERE n.tenant_id = t.tenant_id
			AND n.user_id BETWEEN t.low AND t.high ORDER BY name, user_id LIMIT 50) sorted
	) b;
	RETURN true;
END
$$;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
