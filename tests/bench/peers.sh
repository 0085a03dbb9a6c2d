# The section peers of bench.sh: the same file by other ways, into the tables as version 0.1.0 had
# them: django-import-export (peer.py), and \copy with SQL by hand, which checks nothing but what
# the tables refuse.  PEER_ROWS="1000 10000".  `make bench-peers` installs what it needs.

# by_hand N: prints seconds.
by_hand() {
	fresh_database peer reference_site
	_from=$(date +%s%N)
	cluster_sql "$cluster" peer >/dev/null <<-END || return
		BEGIN;
		CREATE TEMP TABLE file (firstname text, lastname text, email text, ring int, userfield text, protocol text,
			context text, exten text, incall text, incall_context text, box_name text, box text, box_context text,
			box_password text, box_email text, n int GENERATED ALWAYS AS IDENTITY);
		\copy file (firstname, lastname, email, ring, userfield, protocol, context, exten, incall, incall_context, box_name, box, box_context, box_password, box_email) from '$work/$1.csv' csv header
		CREATE TEMP VIEW own AS SELECT c.* FROM context c JOIN tenant t ON t.id = c.tenant_id WHERE t.name = 'acme';
		INSERT INTO voicemail (tenant_id, id, context_id, number, name, password, email)
		SELECT c.tenant_id, n, c.id, box, box_name, box_password, box_email FROM file JOIN own c ON c.name = box_context;
		INSERT INTO users (tenant_id, id, firstname, lastname, email, ring_seconds, userfield, voicemail_id)
		SELECT c.tenant_id, n, firstname, lastname, email, ring, userfield, n FROM file JOIN own c ON c.name = context;
		INSERT INTO line (tenant_id, id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
		SELECT c.tenant_id, n, n, protocol, c.id, (SELECT min(id) FROM line_template t WHERE t.tenant_id = c.tenant_id),
			'peer' || n, md5(random()::text), 100000 + n FROM file JOIN own c ON c.name = context;
		INSERT INTO extension (tenant_id, context_id, exten, line_id)
		SELECT c.tenant_id, c.id, exten, n FROM file JOIN own c ON c.name = context;
		INSERT INTO incall (tenant_id, context_id, exten, user_id)
		SELECT c.tenant_id, c.id, incall, n FROM file JOIN own c ON c.name = incall_context;
		COMMIT;
	END
	awk -v ns=$(($(date +%s%N) - _from)) 'BEGIN { printf "%.2f\n", ns / 1e9 }'
}

peers_section() {
	reference_site || die "the reference tables cannot be made"
	for n in ${PEER_ROWS:-1000 10000}; do
		rows "$n" >"$work/$n.csv"
		_import=$(import_run "$n" | cut -d ' ' -f 1) && _hand=$(by_hand "$n") || exit 1
		fresh_database peer reference_site
		_django=$("$top/tests/bench/peer.py" "$PG_PLACE" peer "$work/$n.csv") || die "django-import-export failed"
		for _table in $tables; do
			[ "$(cluster_sql "$cluster" peer -At -c "SELECT count(*) FROM $_table")" -eq "$n" ] ||
				die "django-import-export left out rows of $_table"
		done
		say "$n rows: import $_import s, \\copy and SQL by hand $_hand s, django-import-export $_django s"
	done
}
