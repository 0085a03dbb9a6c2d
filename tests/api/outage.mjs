// A database that is not there, says nothing, or has another schema; what was stored
// meanwhile.  The server is this file's own, as it is stopped and frozen.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';

delete process.env.STACK_DIR;
const { cluster, freshSite, stack } = await import('../lib/stack.mjs');
const { Jobs } = await import('../lib/jobs.mjs');
const { apiOf, csv } = await import('../lib/api.mjs');
const { stands, until } = await import('../lib/held.mjs');

const site = await freshSite({ settings: { api_wait: 30 }, pages: 2, uploads: 2 });
const api = apiOf(site, 'alice');
const jobs = new Jobs(site);
after(() => jobs.close());

const status = async (path = '/status') => {
	const answer = await fetch(site.url + path);
	return { code: answer.status, text: await answer.text() };
};
const database = {
	start: () => stack('cluster_start', cluster, 'fast'),
	stop: () => stack('cluster_stop', cluster),
	// Postmaster and backends: their kernel goes on answering for them.
	async pids() {
		const place = (await stack('cluster_where', cluster)).trim();
		const [postmaster] = readFileSync(join(place, 'data/postmaster.pid'), 'utf8').split('\n');
		const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
		return [postmaster, ...children.trim().split(/\s+/)].map(Number);
	},
};
const signal = (pids, name) => pids.forEach((pid) => {
	try {
		process.kill(pid, name);
	} catch (error) {
		assert.equal(error.code, 'ESRCH');
	}
});

test('a job that is stored is 202 with its address, although the connection is lost while it is waited for', async () => {
	await jobs.psql('SELECT pg_advisory_lock(2, 1)');
	const sent = api.import(csv({ firstname: 'Stored' }));
	const { id } = await until(() => jobs.sql('SELECT id FROM job').then(([job]) => job), 'the job');
	await stands(jobs, id);
	// Its lock is held until the server ends both sessions: else the job would be done sooner.
	await database.stop();
	jobs.close();
	const answer = await sent;
	assert.equal(answer.status, 202, answer.text);
	assert.equal(answer.headers.get('location'), `/1.1/imports/${id}`);
	assert.equal(answer.json.state, 'queued');
	await database.start();
	const again = await until(() => api.get(`/1.1/imports/${id}`).then((answer) => answer.json).then((job) => (job.state === 'done' ? job : null), () => null), 'its end', 40);
	assert.equal(again.state, 'done');
});

test('processes started while the database is down answer at once, in words, and serve when it is there', async () => {
	await database.stop();
	for (const name of ['pages', 'uploads', 'worker'])
		await site.stop(name);
	const before = ['pages', 'worker'].map((name) => site.log(name).split('\n').length);
	for (const name of ['pages', 'uploads', 'worker'])
		await site.start(name);
	const page = await until(async () => {
		const got = await status('/login').catch(() => null);
		return got && /Rollcall .*its database does not answer/.test(got.text) && got;
	}, 'a page in words', 5);
	assert.equal(page.code, 503);
	assert.equal((await status()).code, 503);
	const pids = [...site.pids('pages'), ...site.pids('worker')];
	for (let i = 0; i < 20; i++)
		assert.equal((await status('/login')).code, 503);
	assert.deepEqual([...site.pids('pages'), ...site.pids('worker')], pids, 'no process was started again');
	assert.ok(site.log('worker').split('\n').length - before[1] < 5, 'a worker says it once');
	await database.start();
	await until(async () => (await status('/login')).code === 200, 'the pages');
	await until(async () => (await status()).code === 200, 'the workers');
	assert.equal((await api.import(csv({ firstname: 'After' }))).status, 201);
});

test('a frozen server is left within 20 seconds, and used again when it is back', async () => {
	assert.equal((await status('/login')).code, 200);
	const pids = await database.pids();
	signal(pids, 'SIGSTOP');
	try {
		const begun = Date.now();
		const answers = await Promise.all([status('/login'), status(), status('/login')]);
		assert.deepEqual(answers.map((answer) => answer.code), [503, 503, 503]);
		assert.ok(Date.now() - begun < 20000, `${Date.now() - begun} ms`);
	} finally {
		signal(pids, 'SIGCONT');
	}
	await until(async () => (await status('/login')).code === 200, 'the pages');
	assert.equal((await api.import(csv({ firstname: 'Thawed' }))).status, 201);
});

test('another schema that comes while processes run is a 503 in words, unless it says that they go on working', async () => {
	const change = (since) => site.psql(`DELETE FROM migration WHERE version = 9999;
		INSERT INTO migration (version, name, sha256, since) VALUES (9999, 'later', 'x', ${since})`);
	await change('1');
	await until(async () => (await status('/login')).code === 200, 'the pages');
	await change('NULL');
	await until(async () => (await status('/login')).code === 503, 'the refusal', 15);
	const answer = await until(async () => {
		const got = await api.get('/1.1/users');
		return got.status === 503 && got;
	}, 'the refusal of the API', 15);
	assert.match(answer.json.detail, /being upgraded/);
	await site.psql('DELETE FROM migration WHERE version = 9999');
	await until(async () => (await status('/login')).code === 200, 'the pages', 15);
	await until(async () => (await api.get('/1.1/users')).status === 200, 'the API', 15);
});

test('a primary server without its standby: the end of a job waits for it, and the server can be stopped', async () => {
	// The tests' servers have no replication.
	for (const setting of ["wal_level = 'replica'", 'max_wal_senders = 2'])
		await site.psql(`ALTER SYSTEM SET ${setting}`);
	await database.stop();
	await database.start();
	await until(async () => (await status()).code === 200, 'the workers');
	const local = new Jobs(site);
	await local.psql('SET synchronous_commit = local');
	await site.psql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
	await site.psql('SELECT pg_reload_conf()');
	const id = await local.store('import', csv({ firstname: 'Held' }));
	await until(() => local.value(`SELECT 1 FROM pg_stat_activity WHERE usename = 'rollcall_worker' AND wait_event = 'SyncRep'`),
		'the wait for the standby');
	assert.equal(await local.value(`SELECT state FROM job WHERE id = ${id}`), 'running');
	local.close();
	const begun = Date.now();
	await database.stop();
	assert.ok(Date.now() - begun < 30000, `stopped in ${Date.now() - begun} ms`);
	await database.start();
	const after = new Jobs(site);
	// It was committed here before it waited, or it is done again: once in any case.
	await after.psql("SET synchronous_commit = local; ALTER SYSTEM RESET synchronous_standby_names");
	await after.psql('SELECT pg_reload_conf()');
	await until(() => after.value(`SELECT 1 FROM job WHERE id = ${id} AND state = 'done'`), 'the end', 40);
	assert.equal(await after.value("SELECT count(*)::int FROM users WHERE firstname = 'Held'"), 1);
	after.close();
});
