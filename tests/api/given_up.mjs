// A job whose worker dies each time is given up, and everybody is told.
import { test, after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Jobs } from '../e2e/lib/jobs.mjs';
import { freshSite } from '../e2e/lib/stack.mjs';

let site;
let jobs;
before(async () => {
	site = await freshSite({ settings: { max_attempts: 2 } });
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
	// The tenant's lock (db/lock.h) holds the job before it does anything.
	await jobs.psql('SELECT pg_advisory_lock(2, 1)');
	const id = await jobs.store('import', 'firstname\nNobody\n');
	for (const attempt of [1, 2]) {
		await stands(id, attempt);
		for (const pid of site.pids('worker'))
			process.kill(pid, 'SIGKILL');
	}
	const job = await jobs.ended(id);
	assert.deepEqual([job.state, job.attempt], ['failed', 2]);
	const lines = site.log('import').split('\n').filter((line) => line.includes(` job=${id} `));
	assert.deepEqual(lines.map((line) => line.split(' ')[2]), ['begin', 'begin', 'end']);
	assert.match(lines[2], / attempt=2 state=failed text="given up"$/);
	assert.equal(await jobs.value('SELECT count(*)::int FROM users'), 0);
	await jobs.psql('SELECT pg_advisory_unlock(2, 1)');

	assert.equal((await jobs.run('import', 'firstname\nNext\n')).state, 'done');
});
