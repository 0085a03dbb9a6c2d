-- The rows whose users' own columns would be others: compared once, for applying and for a check.
DO $own$
DECLARE
	differs text := (SELECT string_agg(format('%s IS DISTINCT FROM users.%I', wanted, kept), ' OR ')
		FROM own_columns(ARRAY(SELECT column_name FROM position)));
BEGIN
	IF differs IS NOT NULL THEN
		EXECUTE format($sql$
			INSERT INTO own_change
			SELECT row_number
			FROM found
			JOIN stage USING (row_number)
			JOIN users ON users.tenant_id = found.tenant_id AND users.id = found.user_id
			CROSS JOIN given
			WHERE NOT found.is_new AND (%s) $sql$, differs);
	END IF;
END
$own$;
