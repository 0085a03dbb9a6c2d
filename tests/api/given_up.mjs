// A job that comes to nothing: given up where its worker dies each time, tried again after
// a pause where the database is full.
import { test, after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { apiOf } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';

let site;
let jobs;
before(async () => {
	site = await freshSite({ settings: { max_attempts: 2, full_pause: 3600 } });
	jobs = new Jobs(site);
});
after(() => jobs.close());

// Waits until a worker stands before the lock of the tenant, in this attempt.
async function stands(id, attempt) {
	for (const end = Date.now() + 30_000; Date.now() < end;) {
		const [at] = await jobs.sql(`SELECT attempt, (SELECT count(*)::int FROM pg_locks JOIN pg_database d ON d.oid = database
			WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted) AS waiting
			FROM job WHERE id = ${id}`);
		if (at.attempt === attempt && at.waiting === 1)
			return;
		await new Promise((done) => setTimeout(done, 20));
	}
	throw new Error(`job ${id} did not come to attempt ${attempt}`);
}

test('its end stands in the log file as well as on its page', async () => {
	// The tenant's lock (sql/queries/db.sql) holds the job before it does anything.
	await jobs.psql('SELECT pg_advisory_lock(2, 1)');
	const id = await jobs.store('import', 'firstname\nNobody\n');
	for (const attempt of [1, 2]) {
		await stands(id, attempt);
		for (const pid of site.pids('worker'))
			process.kill(pid, 'SIGKILL');
	}
	const job = await jobs.ended(id);
	assert.deepEqual([job.state, job.attempt], ['failed', 2]);
	const log = () => site.log('import').split('\n').filter((line) => line.includes(` job=${id} `));
	// The end is written when it is committed.
	await until(() => log().length > 3, 'the end in the log file');
	const lines = log();
	assert.deepEqual(lines.map((line) => / (\w+) job=/.exec(line)?.[1]), ['begin', 'lost', 'begin', 'end'], lines.join('\n'));
	assert.match(lines[3], / attempt=2 state=failed text="given up"$/);
	assert.equal(await jobs.value('SELECT count(*)::int FROM users'), 0);
	await jobs.psql('SELECT pg_advisory_unlock(2, 1)');

	assert.equal((await jobs.run('import', 'firstname\nNext\n')).state, 'done');
});

test('where the database is full it waits for space, says so, and can be cancelled', async () => {
	await site.psql(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
		$$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
		CREATE TRIGGER full_disk BEFORE INSERT ON users EXECUTE FUNCTION full_disk()`);
	const api = apiOf(site, 'alice');
	const sent = await api.import('firstname\nBig\n', { prefer: 'respond-async' });
	const { id } = sent.json;
	const said = await until(() => jobs.value(`SELECT event FROM job_log WHERE job_id = ${id} AND event LIKE 'attempt%'`), 'the reason');
	assert.equal(said, 'attempt 1 came to nothing: the database has no space left');
	assert.equal((await api.job(id)).state, 'running');
	const cancelled = await api.cancel(id);
	assert.deepEqual([cancelled.status, cancelled.json.state, cancelled.json.attempt], [200, 'cancelled', 1]);

	await site.psql('DROP TRIGGER full_disk ON users');
	assert.equal((await jobs.run('import', 'firstname\nNext\n')).state, 'done');
});
