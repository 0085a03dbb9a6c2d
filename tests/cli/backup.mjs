// The drill: a backup is restored beside the database that it was made of, and looked over.
import assert from 'node:assert/strict';
import { existsSync, rmSync, statSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { Jobs, csv } from '../lib/jobs.mjs';
import { cluster, freshSite, rollcall, stack } from '../lib/stack.mjs';

const run = promisify(execFile);
const site = await freshSite({ pages: 1, uploads: 1 });
const host = (await stack('cluster_where', cluster)).trim();

// The scripts as their administrator calls them, on this server; {status, stdout, stderr}.
async function admin(args, more = {}) {
	const env = { ...process.env, PGHOST: host, PGUSER: 'postgres', PGDATABASE: site.db, BACKUP_ETC: join(site.dir, 'tls'), ...more };
	return run(rollcall, ['--config', join(site.dir, 'rollcall.conf'), ...args], { env })
		.then((done) => ({ status: 0, ...done }), (error) => ({ status: error.code, stdout: error.stdout, stderr: error.stderr }));
}

const digest = (db) => stack('cluster_sql', cluster, db, '-At', '-c', `SELECT
	(SELECT count(*) || ' ' || md5(string_agg(u::text, ',' ORDER BY id)) FROM users u),
	(SELECT count(*) FROM job), (SELECT count(*) FROM job_chunk), (SELECT count(*) FROM admin),
	(SELECT string_agg(relname || relrowsecurity || relforcerowsecurity, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace),
	(SELECT count(*) FROM pg_policies), (SELECT md5(string_agg(relname || coalesce(relacl::text, ''), ',' ORDER BY relname)) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
	(SELECT string_agg(c, ',' ORDER BY c) FROM pg_db_role_setting s, unnest(setconfig) c WHERE setrole = 0 AND setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))`);

test('what was backed up comes back: rows, rights, row level security, settings; and it serves', async () => {
	await site.psql(`ALTER DATABASE ${site.db} SET log_error_verbosity = terse`);
	const jobs = new Jobs(site);
	await jobs.run('import', csv([{ firstname: 'John', lastname: 'Doe' }]));
	jobs.close();
	const made = await admin(['backup', join(site.dir, 'backups')]);
	assert.equal(made.status, 0, made.stderr);
	const folder = made.stdout.trim();
	assert.ok(existsSync(join(folder, 'whole')));
	assert.equal(statSync(join(folder, 'database.dump')).mode & 0o077, 0, 'nobody else may read it');
	const restored = `${site.db}_restored`;
	const back = await admin(['restore', folder, restored]);
	assert.equal(back.status, 0, back.stderr);
	assert.equal(back.stderr, '', 'without a word');
	assert.equal(await digest(restored), await digest(site.db));

	// The program takes it as its own, and the next job runs there.
	const conf = join(site.dir, 'restored.conf');
	await run('sh', ['-c', `sed "s/dbname=${site.db}/dbname=${restored}/" ${join(site.dir, 'rollcall.conf')} >${conf}`]);
	const exported = await site.command('--config', conf, 'export', '--tenant', 'acme');
	assert.equal(exported.status, 0, exported.stderr);
	assert.match(exported.stdout, /John/);
	assert.equal((await site.command('--config', conf, 'migrate', '--status')).status, 0);
	await stack('cluster_sql', cluster, 'postgres', '-c', `DROP DATABASE ${restored} WITH (FORCE)`);
});

test('a backup that was not finished is none, a database that is there is left alone, a role without sight makes none', async () => {
	const { stdout } = await admin(['backup', join(site.dir, 'backups2')]);
	const there = await admin(['restore', stdout.trim(), site.db]);
	assert.notEqual(there.status, 0);
	assert.match(there.stderr, /there is a database .*: rename or drop it first/);
	rmSync(join(stdout.trim(), 'whole'));
	const cut = await admin(['restore', stdout.trim(), `${site.db}_x`]);
	assert.match(cut.stderr, /not finished/);
	const blind = await admin(['backup', join(site.dir, 'backups3')], { PGUSER: 'rollcall_web' });
	assert.match(blind.stderr, /row level security/);
});
