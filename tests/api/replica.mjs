// Lists, reports and exports are read from a replica, which never shows less than what was
// stored before the request.  The servers are this file's own.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';

delete process.env.STACK_DIR;
const { cluster, freshSite, stack } = await import('../lib/stack.mjs');
const { apiOf, csv } = await import('../lib/api.mjs');

// A primary that can be followed, as those of other tests cannot, and its replica.
await stack('cluster_start', cluster);
const place = (await stack('cluster_where', cluster)).trim();
const home = join(place, 'replica');
const server = (program, ...args) => stack('eval', `as_postgres "$PG_BIN/${program}" ${args.join(' ')}`);
await stack('as_postgres', 'mkdir', '-m', '0711', home);
await server('pg_basebackup', '-h', place, '-U', 'postgres', '-D', `${home}/data`, '-R', '--checkpoint=fast');
const replica = {
	start: () => server('pg_ctl', '-D', `${home}/data`, '-l', `${home}/log`, '-o', `"-k ${home}"`, '-w', '-t', '60', 'start'),
	stop: () => server('pg_ctl', '-D', `${home}/data`, '-m', 'immediate', 'stop'),
	ask: async (text) => (await stack('as_postgres', 'psql', '-h', home, '-U', 'postgres', '-d', site.db, '-Atc', text)).trim(),
};
await replica.start();
after(() => replica.stop().catch(() => {}));

const site = await freshSite({ pages: 1, uploads: 1, workers: 1, settings: { database_read_lag: 5000 } });
// Starts the web processes anew with this setting.
const set = async (name, value) => {
	const file = join(site.dir, 'rollcall.conf');
	const others = readFileSync(file, 'utf8').replace(new RegExp(`^${name} = .*\n`, 'm'), '');
	writeFileSync(file, `${others}${name} = ${value}\n`);
	for (const pool of ['pages', 'uploads']) {
		await site.stop(pool);
		await site.start(pool);
	}
	await site.untilAnswered('/status');
};
await set('database_read', `host=${home} dbname=${site.db}`);

const api = apiOf(site, 'root');
const names = async () => (await api.get('/1.1/users?order=firstname')).json.items.map((user) => user.firstname);
async function figures() {
	const text = await (await fetch(`${site.url}/metrics`)).text();
	return Object.fromEntries(['reads', 'misses'].map((name) =>
		[name, Number(new RegExp(`^rollcall_replica_${name}_total (\\d+)$`, 'm').exec(text)?.[1] ?? 0)]));
}
// What `ask` adds to the figures.
async function counted(ask) {
	const before = await figures();
	await ask();
	const now = await figures();
	return { reads: now.reads - before.reads, misses: now.misses - before.misses };
}

test('the API\'s list, the page, the report and the export are read from the replica', async () => {
	const sent = await apiOf(site, 'alice').import(csv({ firstname: 'Ada' }));
	assert.equal(sent.status, 201, sent.text);
	const page = await site.client('alice');
	assert.deepEqual(await counted(async () => assert.deepEqual(await names(), ['Ada'])), { reads: 1, misses: 0 });
	assert.deepEqual(await counted(async () => assert.match((await page.get('/services/ipbx/users')).text, /Ada/)),
		{ reads: 1, misses: 0 });
	assert.deepEqual(await counted(async () => assert.match((await page.get('/services/ipbx/users/export')).text, /Ada/)),
		{ reads: 1, misses: 0 });
	assert.ok((await counted(() => page.get(`/services/ipbx/imports/${sent.json.id ?? 1}`))).reads >= 1);
});

test('a replica that stands still is waited for, and what was stored is never missed', async () => {
	await replica.ask('SELECT pg_wal_replay_pause()');
	const sent = await apiOf(site, 'alice').import(csv({ firstname: 'Bob' }));
	assert.equal(sent.status, 201, sent.text);
	assert.equal(await replica.ask("SELECT count(*) FROM users WHERE firstname = 'Bob'"), '0', 'the replica is behind');
	const asked = counted(async () => assert.deepEqual(await names(), ['Ada', 'Bob']));
	await replica.ask('SELECT pg_wal_replay_resume()');
	assert.deepEqual(await asked, { reads: 1, misses: 0 });
});

test('one that stays behind for longer than the setting is not used', async () => {
	await set('database_read_lag', 20);
	await replica.ask('SELECT pg_wal_replay_pause()');
	await apiOf(site, 'alice').import(csv({ firstname: 'Cid' }));
	assert.deepEqual(await counted(async () => assert.deepEqual(await names(), ['Ada', 'Bob', 'Cid'])), { reads: 0, misses: 1 });
	await replica.ask('SELECT pg_wal_replay_resume()');
});

test('one that is away, or no replica, is not used, and nobody notices', async () => {
	await replica.stop();
	assert.deepEqual(await counted(async () => assert.equal((await names()).length, 3)), { reads: 0, misses: 1 });
	assert.deepEqual(await counted(async () => assert.equal((await names()).length, 3)), { reads: 0, misses: 0 },
		'it is not asked again at once');
	await set('database_read', `host=${place} dbname=${site.db}`);
	assert.deepEqual(await counted(async () => assert.equal((await names()).length, 3)), { reads: 0, misses: 1 });
});
