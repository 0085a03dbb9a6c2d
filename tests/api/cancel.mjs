// POST /1.1/imports/{id}/cancel: no effect at all, or it says that it came too late.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv, jobOf } from '../lib/api.mjs';
import { siteOfKinds, stands, until, whileHeld } from '../lib/held.mjs';

let site, jobs, api, root;
before(async () => {
	site = await freshSite({ setup: siteOfKinds(), uploads: 3 });
	jobs = new Jobs(site);
	[api, root] = ['alice', 'root'].map((user) => apiOf(site, user));
});
after(() => jobs?.close());

const later = { prefer: 'respond-async' };

async function sent(...rows) {
	const answer = await api.import(csv(...rows), later);
	assert.equal(answer.status, 202, answer.text);
	return answer.json.id;
}

// Cancelled, as everybody is told from now on.
async function isCancelled(answer, id, by = 'alice') {
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual([answer.json.id, answer.json.state, answer.json.phase, answer.json.cancelled_by, answer.json.counts],
		[id, 'cancelled', null, by, {}]);
	assert.notEqual(answer.json.ended_at, null);
	assert.deepEqual(await api.job(id), answer.json);
	const result = await api.result(id);
	assert.equal(result.status, 409);
	assert.match(result.json.detail, /was cancelled; nothing was applied/);
}

const tooLate = (answer, detail) => {
	assert.equal(answer.status, 409, answer.text);
	assert.match(answer.json.detail, detail);
};

test('a job that waits is cancelled at once', async () => {
	const before = await site.content();
	await site.stop('worker');
	const id = await sent({ firstname: 'Waits' });
	await isCancelled(await api.cancel(id), id);
	await isCancelled(await api.cancel(id), id);
	await site.start('worker');
	// The next one runs, so this one had its turn and was left alone.
	const next = await api.import('firstname\n');
	assert.equal(next.status, 400);
	assert.equal((await api.job(id)).attempt, 0);
	assert.equal(await site.content(), before);
	// No worker had it, but who reads the log file is told once.
	const lines = site.log('import').split('\n').filter((line) => line.includes(` job=${id} `));
	assert.equal(lines.length, 1, lines.join('\n'));
	assert.match(lines[0], / end job=\d+ attempt=0 state=cancelled text="cancelled by alice while it waited, nothing was applied"$/);
});

test('a job that runs is cancelled within two seconds, and the tenant is free again', async () => {
	const before = await site.content();
	await whileHeld(jobs, async () => {
		const id = await sent({ firstname: 'Runs' });
		await stands(jobs, id);
		const begun = Date.now();
		const answer = await api.cancel(id);
		assert.ok(Date.now() - begun < 2500);
		await isCancelled(answer, id);
		await isCancelled(await api.cancel(id), id);
	});
	assert.equal(await site.content(), before);
	assert.equal((await api.import(csv({ firstname: 'Next' }))).status, 201);
});

test('whoever waits for its answer is told', async () => {
	await whileHeld(jobs, async () => {
		const waiting = api.import(csv({ firstname: 'Sync' }), { 'idempotency-key': 'sync' });
		const { id } = await until(async () => (await api.get('/1.1/imports?limit=1')).json.items.find((job) => job.state === 'running'), 'the job');
		await stands(jobs, id);
		assert.equal((await api.cancel(id)).status, 200);
		tooLate(await waiting, /was cancelled; nothing was applied/);
		// The same request again is that job.
		tooLate(await api.import(csv({ firstname: 'Sync' }), { 'idempotency-key': 'sync' }), /was cancelled/);
	});
	assert.equal((await api.export('?search=Sync')).length, 0);
});

test('a check is cancelled as well, and what is being applied', async () => {
	const checked = jobOf(await api.check('import', csv({ firstname: 'Checked' })));
	await whileHeld(jobs, async () => {
		const check = (await api.import(csv({ firstname: 'Check' }), later, '?dry_run=1')).json.id;
		await stands(jobs, check);
		await isCancelled(await api.cancel(check), check);
		const applying = api.apply(checked);
		await stands(jobs, checked);
		await isCancelled(await api.cancel(checked), checked);
		tooLate(await applying, /was cancelled/);
	});
	assert.equal((await api.export('?search=Check')).length, 0);
	tooLate(await api.apply(checked), /was cancelled/);
});

test('too late: what has ended is left as it is', async () => {
	const done = jobOf(await api.import(csv({ firstname: 'Done' })));
	const failed = jobOf(await api.import(csv({ firstname: '' })));
	const checked = jobOf(await api.check('import', csv({ firstname: 'Plan' })));
	tooLate(await api.cancel(done), /can no longer be cancelled: it is done/);
	tooLate(await api.cancel(failed), /has ended \(failed\), and nothing was applied/);
	tooLate(await api.cancel(checked), /has ended \(checked\)/);
	for (const id of [done, failed, checked])
		assert.equal((await api.job(id)).cancelled_by, null);
	assert.equal((await api.result(done)).status, 201);
	assert.equal((await api.apply(checked)).status, 201);
});

test('a worker that does not hear: 202, and cancelled as soon as it does', async () => {
	await whileHeld(jobs, async () => {
		const id = await sent({ firstname: 'Deaf' });
		await stands(jobs, id);
		const pids = site.pids('worker');
		for (const pid of pids)
			process.kill(pid, 'SIGSTOP');
		try {
			const answer = await api.cancel(id);
			assert.deepEqual([answer.status, answer.json.state, answer.json.cancelled_by, answer.headers.get('location')],
				[202, 'running', 'alice', `/1.1/imports/${id}`]);
		} finally {
			for (const pid of pids)
				process.kill(pid, 'SIGCONT');
		}
		await site.jobEnded(id);
		await isCancelled(await api.cancel(id), id);
	});
	assert.equal((await api.export('?search=Deaf')).length, 0);
});

test('a worker that died is no way out', async () => {
	await whileHeld(jobs, async () => {
		const id = await sent({ firstname: 'Dead' });
		await stands(jobs, id);
		for (const pid of site.pids('worker'))
			process.kill(pid, 'SIGKILL');
		assert.ok([200, 202].includes((await api.cancel(id)).status));
		await site.jobEnded(id);
		await isCancelled(await api.cancel(id), id);
	});
	assert.equal((await api.export('?search=Dead')).length, 0);
});

test('at any moment: no effect, or done as it says', async () => {
	const rows = Array.from({ length: 400 }, (_, i) => ({ firstname: 'Moment', line_protocol: 'sip', context: 'default', exten: String(1200000 + i) }));
	const seen = new Set();
	for (let round = 0; round < 12; round++) {
		const id = await sent(...rows);
		await new Promise((done) => setTimeout(done, 12 * round));
		const answer = await api.cancel(id);
		const { state: end } = await api.job(id);
		const count = await site.value(`SELECT count(*) FROM users WHERE firstname = 'Moment'`);
		seen.add(end);
		if (answer.status === 200)
			assert.deepEqual([end, count], ['cancelled', 0]);
		else
			assert.deepEqual([answer.status, end, count], [409, 'done', 400]);
		await site.psql(`DELETE FROM users WHERE firstname = 'Moment'`);
	}
	console.log(`# met: ${[...seen].join(', ')}`);
});

test('root cancels a job over all tenants', async () => {
	await site.stop('worker');
	const { json: { id } } = await root.import(csv({ entity_id: 1, firstname: 'All' }), later);
	assert.equal((await api.cancel(id)).status, 404);
	assert.equal((await root.cancel(id)).json.cancelled_by, 'root');
	await site.start('worker');
});

test('is in the audit once', async () => {
	await site.stop('worker');
	const id = await sent({ firstname: 'Audited' });
	await api.cancel(id);
	await api.cancel(id);
	assert.deepEqual(await site.sql(`SELECT action FROM audit WHERE detail @> '{"job": ${id}}' ORDER BY id`),
		[{ action: 'job.import' }, { action: 'job.cancel' }]);
	await site.start('worker');
});
