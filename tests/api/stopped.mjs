// Processes that are told to end, as by an upgrade: nobody waits for them, nothing is lost.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv } from '../lib/api.mjs';
import { stands, until, whileHeld } from '../lib/held.mjs';

test('a worker among many passwords: that is no attempt, and the next start does them all', async () => {
	const site = await freshSite({ settings: { hash_processes: 1, max_attempts: 1 } });
	const jobs = new Jobs(site);
	after(() => jobs.close());
	const api = apiOf(site, 'alice');
	const rows = Array.from({ length: 60 }, (_, i) => ({ firstname: `U${i}`, password: `Secret-${i}` }));
	const { id } = (await api.import(csv(...rows), { prefer: 'respond-async' })).json;

	await until(async () => (await api.job(id)).phase === 'hashing', 'the hashing');
	await site.stop('worker');
	const stopped = await until(async () => {
		const job = await api.job(id);
		return job.state === 'queued' && job;
	}, 'the job back in the queue');
	assert.deepEqual([stopped.phase, stopped.attempt], [null, 0]);
	assert.equal(await jobs.value('SELECT count(*)::int FROM users'), 0);
	const log = await jobs.sql(`SELECT event FROM job_log WHERE job_id = ${id} ORDER BY n`);
	assert.equal(log.at(-1).event, 'the worker is stopped: taken up again');

	await site.start('worker');
	const job = await jobs.ended(id);
	assert.equal(job.state, 'done');
	assert.equal((await api.job(id)).attempt, 1);
	assert.equal(await jobs.value('SELECT count(*)::int FROM users WHERE password_hash IS NOT NULL'), 60);
});

test('a web process that waits for a job: it says that the job goes on', async () => {
	const site = await freshSite();
	const jobs = new Jobs(site);
	after(() => jobs.close());
	const api = apiOf(site, 'alice');
	const answer = await whileHeld(jobs, async () => {
		const sent = api.import(csv({ firstname: 'Waits' }));
		const { id } = await until(() => jobs.sql('SELECT id FROM job').then(([job]) => job), 'the job');
		await stands(jobs, id);
		await site.stop('uploads');
		return sent;
	});
	assert.deepEqual([answer.status, answer.json.state], [202, 'running'], answer.text);
	assert.equal((await jobs.ended(answer.json.id)).state, 'done');
});
