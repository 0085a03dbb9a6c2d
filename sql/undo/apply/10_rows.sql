-- Inserts, updates and deletes the rows.  What others refer to is inserted first and deleted
-- last; that numbers and names are unique is checked at the end.  (line is also a type of PostgreSQL.)
ANALYZE back;
SET CONSTRAINTS ALL DEFERRED;

DO $$
DECLARE
	relation text;
	columns text;
	cells text;
BEGIN
	FOREACH relation IN ARRAY '{voicemail,users,line,extension,incall,user_call_permission,user_label}'::text[] LOOP
		SELECT string_agg(quote_ident(attname), ', '), string_agg('r.' || quote_ident(attname), ', ')
		INTO columns, cells
		FROM pg_attribute
		WHERE attrelid = relation::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
		EXECUTE format('INSERT INTO %1$I (%2$s) SELECT %3$s
			FROM back CROSS JOIN LATERAL populate_record(NULL::public.%1$I, back.cells) r
			WHERE back.relation = %1$L AND back.act = ''insert''', relation, columns, cells);
	END LOOP;
	FOREACH relation IN ARRAY '{voicemail,users,line,extension,incall}'::text[] LOOP
		SELECT string_agg(quote_ident(attname), ', '), string_agg('r.' || quote_ident(attname), ', ')
		INTO columns, cells
		FROM pg_attribute
		WHERE attrelid = relation::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
			AND attname <> 'account';
		EXECUTE format('UPDATE %1$I SET (%2$s) = (%3$s)
			FROM back
			JOIN %1$I stored ON stored.tenant_id = back.tenant_id AND stored.id = back.id
			CROSS JOIN LATERAL populate_record(stored, back.cells) r
			WHERE back.relation = %1$L AND back.act = ''update''
				AND %1$I.tenant_id = stored.tenant_id AND %1$I.id = stored.id', relation, columns, cells);
	END LOOP;
	DELETE FROM user_label m USING back
	WHERE back.relation = 'user_label' AND back.act = 'delete' AND m.tenant_id = back.tenant_id
		AND m.user_id = back.id AND m.label_id = back.item_id;
	DELETE FROM user_call_permission m USING back
	WHERE back.relation = 'user_call_permission' AND back.act = 'delete' AND m.tenant_id = back.tenant_id
		AND m.user_id = back.id AND m.call_permission_id = back.item_id;
	FOREACH relation IN ARRAY '{incall,extension,line,users,voicemail}'::text[] LOOP
		EXECUTE format('DELETE FROM %1$I gone USING back
			WHERE back.relation = %1$L AND back.act = ''delete'' AND gone.tenant_id = back.tenant_id
				AND gone.id = back.id', relation);
	END LOOP;
END
$$;

SET CONSTRAINTS ALL IMMEDIATE;
