// `rollcall migrate` on a database that is in use: what is stored there goes on.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { cluster, freshSite, rollcall, root, stack } from '../lib/stack.mjs';

const run = promisify(execFile);

// An empty database beside the site's, and `migrate` with the files up to a number.
async function freshDatabase() {
	const site = await freshSite({ start: false });
	const db = `${site.db}_old`;
	await stack('cluster_database', cluster, db);
	const conf = readFileSync(join(site.dir, 'rollcall.conf'), 'utf8').replace(`dbname=${site.db}`, `dbname=${db}`);
	return {
		ask: (text) => stack('cluster_sql', cluster, db, '-At', '-c', text),
		close: () => stack('cluster_sql', cluster, 'postgres', '-c', `DROP DATABASE ${db} WITH (FORCE)`),
		async migrate(last) {
			const share = join(site.dir, `share${last}`);
			mkdirSync(share);
			cpSync(join(root, 'sql'), join(share, 'sql'), { recursive: true });
			for (const file of readdirSync(join(share, 'sql/migrations')))
				if (Number(file.slice(0, 4)) > last)
					rmSync(join(share, 'sql/migrations', file));
			// Views are of the newest tables alone.
			if (last < 9999)
				for (const file of readdirSync(join(share, 'sql/views')))
					rmSync(join(share, 'sql/views', file));
			const file = join(site.dir, `${last}.conf`);
			writeFileSync(file, conf.replace(/^share_dir.*$/m, `share_dir = ${share}`), { mode: 0o644 });
			return run(rollcall, ['--config', file, 'migrate']);
		},
	};
}

test('jobs of before the checks keep their state and their turn', async () => {
	const database = await freshDatabase();
	await database.migrate(10);
	await database.ask(`INSERT INTO tenant (id, name) VALUES (1, 'one'), (2, 'two');
		INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
		SELECT tenant, 1, 'alice', 'import', 'a.csv', 1, sha256('a'), gen_random_uuid()::text, state,
			CASE WHEN state <> 'queued' THEN now() END, CASE WHEN state IN ('done', 'failed') THEN now() END
		FROM (VALUES (1, 'done'), (1, 'failed'), (2, 'running'), (1, 'queued'), (1, 'queued')) job (tenant, state);
		INSERT INTO job_chunk (job_id, kind, seq, tenant_id, data)
		SELECT id, CASE state WHEN 'done' THEN 'masked' ELSE 'upload' END, 0, tenant_id, 'a' FROM job`);
	await database.migrate(9999);
	assert.equal(await database.ask(`SELECT id, state, percent, kept_as_sent, attempts_before
		FROM job ORDER BY turn`), '1|done|100|f|0\n2|failed|100|t|0\n3|running|0|t|0\n4|queued|0|t|0\n5|queued|0|t|0\n');
	assert.equal(await database.ask(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce)
		VALUES (1, 1, 'alice', 'import', 'b.csv', 1, sha256('b'), 'new') RETURNING turn > (SELECT max(turn) FROM job)`), 't\n',
	'a new one comes last');
	await database.close();
});

test('migrated twice is migrated once, and no table is left without forced row level security', async () => {
	const database = await freshDatabase();
	await database.migrate(9999);
	assert.equal(await database.ask('SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity'), '');
	await database.migrate(99999);
	await database.close();
});

test('a program whose migrations are not those of the database does not work with it', async () => {
	const site = await freshSite({ start: false });
	const share = join(site.dir, 'share');
	cpSync(join(root, 'sql'), join(share, 'sql'), { recursive: true });
	for (const name of ['templates', 'static'])
		symlinkSync(join(root, name), join(share, name));
	const conf = join(site.dir, 'rollcall.conf');
	writeFileSync(conf, readFileSync(conf, 'utf8').replace(/^share_dir.*$/m, `share_dir = ${share}`));
	const says = (...args) => run(rollcall, ['--config', conf, ...args], { timeout: 10000 }).then(({ stdout }) => stdout, ({ stderr }) => stderr);
	const first = join(share, 'sql/migrations/0001_tenants.sql');
	writeFileSync(first, `-- Changed.\n${readFileSync(first, 'utf8')}`);
	for (const command of [['migrate'], ['migrate', '--status'], ['export', '--tenant', '1']])
		assert.match(await says(...command), /0001_tenants\.sql: was changed after it was applied/, command.join(' '));
	renameSync(first, join(share, 'sql/migrations/0001_other.sql'));
	// Processes that serve look at the names alone.
	assert.match(await says('web'), /0001_other\.sql: the database has 0001_tenants\.sql in its place/);
});
