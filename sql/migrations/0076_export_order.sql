-- The first rows of an export at once.
--
-- An export is sorted by last name and first name, byte by byte, which no list is.  With the key of that
-- order beside those of the lists its first users are found by an index (export_part, sql/views), while sorting
-- a million takes seconds.

-- Last, so that a row of user_order_now (sql/views) has the same columns.
ALTER TABLE user_order ADD exported text COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX user_order_exported ON user_order (tenant_id, exported, user_id);

DO $$ BEGIN EXECUTE format('GRANT rollcall_search TO %I', current_user); END $$;

-- Makes keys and counts.
CREATE OR REPLACE FUNCTION order_refresh() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET jit = off
AS $$
DECLARE
	taken constant user_search_stale[] := mark_take('ordered', 10);
BEGIN
	DELETE FROM user_order o USING unnest(taken) t
	WHERE o.tenant_id = t.tenant_id AND o.user_id BETWEEN t.low AND t.high
		AND NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = o.tenant_id AND u.id = o.user_id);
	INSERT INTO user_order AS o
	SELECT n.* FROM unnest(taken) t
	JOIN user_order_now n ON n.tenant_id = t.tenant_id AND n.user_id BETWEEN t.low AND t.high
	ON CONFLICT (tenant_id, user_id) DO UPDATE
	SET (name, firstname, lastname, email, username, exten, code, protocol, context_id, enabled,
		exported)
		= (excluded.name, excluded.firstname, excluded.lastname, excluded.email, excluded.username,
			excluded.exten, excluded.code, excluded.protocol, excluded.context_id, excluded.enabled,
			excluded.exported)
		WHERE o IS DISTINCT FROM excluded;
	DELETE FROM user_count c USING unnest(taken) t
	WHERE c.tenant_id = t.tenant_id AND c.thousand = t.low / 1000;
	INSERT INTO user_count (tenant_id, thousand, context_id, protocol, enabled, number, login, n)
	SELECT t.tenant_id, t.low / 1000, coalesce(o.context_id, 0), coalesce(o.protocol, ''), o.enabled,
		o.exten IS NOT NULL, o.username IS NOT NULL, count(*)
	FROM unnest(taken) t
	JOIN user_order o ON o.tenant_id = t.tenant_id
		AND o.user_id BETWEEN t.low / 1000 * 1000 AND t.low / 1000 * 1000 + 999
	GROUP BY 1, 2, 3, 4, 5, 6, 7;
	DELETE FROM user_order_note b USING unnest(taken) t WHERE b.tenant_id = t.tenant_id AND b.thousand = t.low / 1000;
	RETURN taken IS NOT NULL;
END
$$;

-- The keys of all are made anew.
SET LOCAL ROLE rollcall_search;
INSERT INTO user_search_stale (tenant_id, low, high)
SELECT tenant_id, min(id), max(id) FROM users GROUP BY tenant_id, id / 1000;
RESET ROLE;
DO $$ BEGIN EXECUTE format('REVOKE rollcall_search FROM %I', current_user); END $$;
