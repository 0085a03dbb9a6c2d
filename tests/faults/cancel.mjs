// Cancels at random moments of a job, and in bad company: beside a killed worker, a
// stopped database, other cancels, the COMMIT.  A job is cancelled and had no effect at
// all, or it is done, or checked, as if nobody had asked; who asked is told which.
import assert from 'node:assert/strict';
import test, { before, after, afterEach } from 'node:test';
import { cluster, stack } from '../lib/stack.mjs';
import { courseOf, ended, faultSite, holdCommits, inCommit, record, snapshot, times, until } from './lib/faults.mjs';
import { Import, accepted, assertEnded, everyKind, measure } from './lib/kinds.mjs';
import { Tally, glance, moment, reach } from './lib/moments.mjs';

const ROWS = 4000;
let all, site, look, api, kinds;

before(async () => {
	all = await faultSite({ uploads: 2, pages: 4 });
	({ site, look, api } = all);
	kinds = everyKind(look, ROWS);
	for (const kind of kinds)
		kind.phases = [{ phase: null, from: 0, to: 5 }, ...await measure(kind, all)];
	// COMMIT can be made to last, as in commit.mjs.
	await holdCommits(look);
});
after(() => look.close());
afterEach(() => look.ask('SELECT pg_advisory_unlock_all()'));

const rounds = Math.max(2, Math.ceil(times / 5));
const cancel = (id) => api.request('POST', `/1.1/imports/${id}/cancel`);
const asked = (id) => until(() => look.ask(`SELECT 1 FROM job WHERE id = ${id} AND (cancelled_by IS NOT NULL OR ended_at IS NOT NULL)`), 'the request');

// All that somebody could see of an effect.
async function world() {
	const users = await api.get('/1.1/users/export', { accept: 'text/csv' });
	assert.equal(users.status, 200, `${users.text}\n${site.log('uploads').slice(-2000)}`);
	return { tables: await snapshot(look), users: users.text };
}

// Cancelled, and nothing is different for it.
async function assertCancelled(kind, job, before) {
	assert.equal(job.state, 'cancelled', JSON.stringify(job));
	assert.deepEqual(await world(), before);
	assert.equal(await kind.state(), 0);
	assert.equal(await look.ask('SELECT count(*) FROM job_user'), '0');
	if (!job.plan)
		assert.equal(await look.ask('SELECT count(*) FROM job_change'), '0');
	assert.deepEqual(job.counts, {});
	assert.ok(job.log.filter(({ event, at }) => at >= job.queued && event.startsWith('end:')).length <= 1, JSON.stringify(job.log));
}

// What the answer said is what became of it.
async function assertTold(kind, answer, job, before) {
	if (answer.status === 200) {
		assert.equal(answer.json.state, 'cancelled');
		await assertCancelled(kind, job, before);
	} else if (answer.status === 409) {
		assert.match(answer.json.detail, kind.end === 'done' ? /it is done/ : /has ended \(checked\)/);
		await assertEnded(kind, look, job);
	} else {
		assert.equal(answer.status, 202, answer.text);
		await (job.state === 'cancelled' ? assertCancelled(kind, job, before) : assertEnded(kind, look, job));
	}
}

// Nobody takes it up again: another job of the tenant is done, and this one is as it was.
async function assertLeft(id) {
	const then = await courseOf(look, id);
	const next = await api.import('firstname\nNext\n', { prefer: 'wait=60' });
	assert.equal(next.status, 201, next.text);
	assert.deepEqual(await courseOf(look, id), then);
}

test('a cancel at a random moment', async () => {
	const tally = new Tally();
	const became = { cancelled: 0, late: 0 };
	for (let i = 0; i < times; i++) {
		const kind = kinds[Math.floor(i * kinds.length / times)];
		const file = await kind.prepare(api, site);
		const before = await world();
		const id = await accepted(kind, api, file);
		await reach(look, moment(kind.phases));
		const { phase } = await glance(look, id);
		const began = Date.now();
		const answer = await cancel(id);
		const took = Date.now() - began;
		const job = await ended(look, id, 10);
		assert.ok(took < 3000, `answered after ${took} ms`);
		await assertTold(kind, answer, job, before);
		tally.count(began < job.ended && phase);
		if (job.state !== 'cancelled') {
			became.late++;
			continue;
		}
		became.cancelled++;
		tally.worst = Math.max(tally.worst, job.ended - began);
		assert.ok(job.ended - began < 2000, `cancelled after ${job.ended - began} ms in ${phase}`);
	}
	record('a cancel at a random moment', tally.hits, tally.met,
		`cancelled without any effect ${became.cancelled}, within ${Math.round(tally.worst)} ms; too late and told so ${became.late}`, tally.phases);
});

test('a cancel, and the worker is killed', async () => {
	const tally = new Tally();
	let cancelled = 0;
	for (let i = 0; i < rounds; i++) {
		const kind = kinds[Math.floor(i * kinds.length / rounds)];
		const file = await kind.prepare(api, site);
		const before = await world();
		const id = await accepted(kind, api, file);
		const [worker] = await until(() => site.pids('worker').length && site.pids('worker'), 'a worker');
		await reach(look, moment(kind.phases));
		const { phase } = await glance(look, id);
		// Where it is held it hears nothing of the cancel before it dies.
		if (i % 2)
			process.kill(worker, 'SIGSTOP');
		const at = Date.now();
		const answer = cancel(id);
		await asked(id);
		process.kill(worker, 'SIGKILL');
		const job = await ended(look, id, 10);
		await assertTold(kind, await answer, job, before);
		tally.count(at < job.ended && phase);
		if (job.state === 'cancelled') {
			cancelled++;
			assert.ok(job.ended - at < 5000, `cancelled after ${job.ended - at} ms`);
			assert.ok(job.attempt <= 1, JSON.stringify(job.log));
			await assertLeft(id);
		}
	}
	record('a cancel, and `kill -9` of the worker', tally.hits, tally.met, `cancelled without any effect ${cancelled}, taken up by nobody; ended before ${rounds - cancelled}`, tally.phases);
});

test('a cancel of a job that waits, without workers', async () => {
	for (const kind of kinds) {
		const file = await kind.prepare(api, site);
		const before = await world();
		await site.stop('worker');
		const id = await accepted(kind, api, file);
		const began = Date.now();
		const answer = await cancel(id);
		assert.ok(Date.now() - began < 2000);
		assert.equal(answer.status, 200, answer.text);
		await site.start('worker');
		const job = await courseOf(look, id);
		await assertTold(kind, answer, job, before);
		assert.equal(job.attempt, 0);
		await assertLeft(id);
	}
	record('a cancel of a job that waits, no worker there', kinds.length, kinds.length, 'cancelled at once; taken up by nobody when the workers are back');
});

test('a cancel while the database is stopped and started', async () => {
	const place = (await stack('cluster_where', cluster)).trim();
	const pgCtl = `${(await stack('eval', 'echo $PG_BIN')).trim()}/pg_ctl`;
	const tally = new Tally();
	const became = { cancelled: 0, late: 0, again: 0 };
	for (let i = 0; i < rounds; i++) {
		const kind = kinds[Math.floor(i * kinds.length / rounds)];
		const file = await kind.prepare(api, site);
		const before = await world();
		const id = await accepted(kind, api, file);
		await reach(look, moment(kind.phases));
		const { phase } = await glance(look, id);
		const at = Date.now();
		let answer = cancel(id);
		// Half of them are stored when the server goes down, half may be.
		if (i % 2)
			await asked(id);
		await stack('as_postgres', pgCtl, '-D', `${place}/data`, '-m', 'immediate', '-w', 'stop');
		await stack('cluster_start', cluster);
		await look.back();
		answer = await answer;
		assert.ok([200, 202, 409].includes(answer.status) || answer.status >= 500, `${answer.status} ${answer.text}`);
		if (answer.status >= 500) {
			answer = await until(async () => {
				const next = await cancel(id);
				return next.status < 500 && next;
			}, 'an answer');
			became.again++;
		}
		const job = await ended(look, id);
		await assertTold(kind, answer, job, before);
		tally.count(at < job.ended && phase);
		became[job.state === 'cancelled' ? 'cancelled' : 'late']++;
	}
	record('a cancel, and PostgreSQL `stop -m immediate` and start', tally.hits, tally.met,
		`cancelled without any effect ${became.cancelled}, too late ${became.late}; asked again after an error ${became.again}`, tally.phases);
});

test('twenty cancels of one job at once', async () => {
	let cancelled = 0;
	for (let i = 0; i < rounds; i++) {
		const kind = kinds[Math.floor(i * kinds.length / rounds)];
		const file = await kind.prepare(api, site);
		const before = await world();
		await look.ask(`DELETE FROM audit WHERE action = 'job.cancel'`);
		const id = await accepted(kind, api, file);
		await reach(look, moment(kind.phases));
		const answers = await Promise.all(Array.from({ length: 20 }, () => cancel(id)));
		const job = await ended(look, id);
		for (const answer of answers)
			await assertTold(kind, answer, job, before);
		assert.equal(await look.ask(`SELECT count(*) FROM audit WHERE action = 'job.cancel'`), job.state === 'cancelled' ? '1' : '0');
		cancelled += job.state === 'cancelled' ? 1 : 0;
	}
	record('20 cancels of one job at once', rounds, cancelled, 'all are told the same; in the audit once (met: it was cancelled)');
});

// A job whose COMMIT is held, and somebody who has asked to cancel it by then.
async function heldAtCommit(act) {
	const kind = new Import(look, 300);
	const file = await kind.prepare();
	const before = await world();
	await look.ask('SELECT pg_advisory_lock(99, 1)');
	const id = await accepted(kind, api, file);
	const pid = await inCommit(look);
	const answer = cancel(id);
	await until(() => look.ask(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'transactionid'
		AND usename = 'rollcall_web' AND datname = current_database()`), 'the cancel that waits');
	await act(pid);
	await look.ask('SELECT pg_advisory_unlock_all()');
	const job = await ended(look, id);
	return { kind, before, job, answer: await answer };
}

test('a cancel that finds the job in its COMMIT', async () => {
	for (let i = 0; i < rounds; i++) {
		const { kind, job, answer, before } = await heldAtCommit(() => {});
		assert.equal(answer.status, 409, answer.text);
		await assertTold(kind, answer, job, before);
	}
	record('a cancel while COMMIT is under way', rounds, rounds, 'waits for it; done, and told so');
});

test('a cancel that finds the job in its COMMIT, which is cut', async () => {
	for (let i = 0; i < rounds; i++) {
		const { kind, job, answer, before } = await heldAtCommit((pid) => look.ask(`SELECT pg_terminate_backend(${pid})`));
		assert.notEqual(answer.status, 409, answer.text);
		await assertTold(kind, answer, job, before);
		assert.equal(job.state, 'cancelled');
		await assertLeft(job.id ?? await look.ask('SELECT min(id) FROM job'));
	}
	record('a cancel while COMMIT is under way, which is cut', rounds, rounds, 'cancelled without any effect; taken up by nobody');
});
