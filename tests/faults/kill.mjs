// kill -9 of a worker, of the web process that waits, of the database's backend, and
// the whole server stopped at once, at random moments of a job: it is done once or not
// yet, it is taken up again by itself, and its report says what the database has.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { cluster, stack } from '../lib/stack.mjs';
import { courseOf, crashed, ended, faultSite, record, times, until } from './lib/faults.mjs';
import { accepted, assertEnded, everyKind, measure, people, undos } from './lib/kinds.mjs';
import { Tally, glance, moment, reach } from './lib/moments.mjs';

const ROWS = 5000;
let all, site, look, api, kinds;

before(async () => {
	all = await faultSite({ uploads: 1, settings: { wait_slots: 1 } });
	({ site, look, api } = all);
	kinds = everyKind(look, ROWS);
	for (const kind of kinds)
		kind.phases = await measure(kind, all);
});

// Those of imports first, then those of updates: of n jobs the i-th.
const kindOf = (i, n) => kinds[Math.floor(i * kinds.length / n)];

const backend = (name) => look.ask(`SELECT pid FROM pg_stat_activity
	WHERE application_name = 'rollcall worker (${name})' AND datname = current_database() LIMIT 1`);

// When the job was taken up, or ended, after the fault at `at`, in ms since that was
// `possible`; 0 where it was before, or the job had ended.
function resumed(job, at, possible) {
	if (job.ended <= at)
		return 0;
	const next = job.log.find((line) => line.at > at && /^(begin|end)/.test(line.event));
	return Math.max(0, next.at - possible);
}

const isDone = ({ status }) => status === 200 || status === 201;

// Whether the fault met the job at work: then it is taken up again soon, once.
function count(tally, job, at, possible, phase) {
	const began = job.log.find((line) => line.at >= job.queued && line.event.startsWith('begin'))?.at;
	const met = at >= began && at < job.ended;
	tally.count(met && phase);
	if (!met)
		return;
	const after = resumed(job, at, possible);
	tally.worst = Math.max(tally.worst, after);
	assert.ok(after < 5000, `taken up after ${after} ms: ${JSON.stringify(job.log)}`);
	assert.ok(job.attempt <= 2, JSON.stringify(job.log));
}

const told = (tally) => `ended once, as it should; taken up again in ${(tally.worst / 1000).toFixed(1)} s or less`;

// Until the job has ended.  What it says of its progress never falls below what it was
// (`percent`), nor later.
function follow(id, percent) {
	return until(async () => {
		const now = await look.ask(`SELECT percent, ended_at IS NOT NULL FROM job WHERE id = ${id}`).catch(() => '');
		if (!now)
			return null;
		const [more, over] = now.split('|');
		assert.ok(Number(more) >= percent, `${more} % after ${percent} %`);
		percent = Number(more);
		return over === 't' && courseOf(look, id);
	}, `the end of job ${id}`, 60);
}

// Sends one job, makes the fault at its moment, and looks at what became of it.
// `restarts`: the server stops and starts again with it, which may cost what was written of
// the job's progress just before, as that does not wait for the disk; until then is awaited.
async function strike(kind, hit, tally, restarts) {
	const file = await kind.prepare(api, site);
	const id = await accepted(kind, api, file);
	const target = await hit.aim();
	await reach(look, moment(kind.phases));
	const { phase, percent } = await glance(look, id);
	await hit.make(target);
	const at = Date.now();
	const possible = restarts ? await restarts() : at;
	await kind.state();
	const job = await follow(id, restarts ? 0 : percent);
	await assertEnded(kind, look, job);
	count(tally, job, at, possible, phase);
}

async function strikes(what, n, hit, restarts) {
	const tally = new Tally();
	for (let i = 0; i < n; i++)
		await strike(kindOf(i, n), hit, tally, restarts);
	record(what, tally.hits, tally.met, told(tally), tally.phases);
}

// After a backend was killed: since when the server answers again.
async function restarted() {
	await crashed(look);
	await look.back();
	return Date.now();
}

const kill = (pid) => {
	try {
		process.kill(Number(pid), 'SIGKILL');
	} catch (error) {
		assert.equal(error.code, 'ESRCH');
	}
};

test('kill -9 of the worker', () => strikes('`kill -9` of the worker', times, {
	aim: () => until(() => site.pids('worker')[0], 'a worker'),
	make: kill,
}));

for (const name of ['work', 'watch'])
	test(`kill -9 of the PostgreSQL backend: ${name}`, () => strikes(name === 'work'
		? '`kill -9` of the backend of the job\'s transaction' : '`kill -9` of the backend of the job\'s lock and progress',
	Math.ceil(times / (name === 'work' ? 1 : 2)), {
		aim: () => until(() => backend(name), 'the backend'),
		make: kill,
	}, restarted));

test('kill -9 of the worker and of the backend during an undo', async () => {
	for (const kind of undos(look, ROWS)) {
		kind.phases = await measure(kind, all);
		const tally = new Tally();
		for (let i = 0; i < times; i++)
			await strike(kind, { aim: () => until(() => site.pids('worker')[0], 'a worker'), make: kill }, tally);
		for (let i = 0; i < Math.ceil(times / 2); i++)
			await strike(kind, { aim: () => until(() => backend('work'), 'the backend'), make: kill }, tally, restarted);
		record(`\`kill -9\` of the worker or of the backend in an ${kind.name}`, tally.hits, tally.met, told(tally), tally.phases);
	}
});

test('kill -9 of the web process that waits', async () => {
	const tally = new Tally();
	let again = 0;
	for (let i = 0; i < times; i++) {
		const kind = kindOf(i, times);
		const file = await kind.prepare(api, site);
		const headers = { prefer: 'wait=60', 'idempotency-key': `"web ${i}"` };
		const [pid] = await until(() => site.pids('uploads').length && site.pids('uploads'), 'a web process');
		let answer = kind.send(api, file, headers).catch((error) => ({ status: 0, text: error.message }));
		await reach(look, moment(kind.phases));
		const { phase } = await glance(look, '(SELECT max(id) FROM job)');
		kill(pid);
		const at = Date.now();
		answer = await answer;
		assert.ok(answer.status === 0 || answer.status >= 500 || isDone(answer), `${answer.status} ${answer.text}`);
		// Who was not answered sends it again, and it is one job.
		await until(() => site.pids('uploads').length > 0, 'the next web process');
		if (!isDone(answer)) {
			answer = await until(async () => {
				const next = await kind.send(api, file, headers).catch(() => ({ status: 0 }));
				return isDone(next) && next;
			}, 'an answer');
			again++;
		}
		const job = await ended(look, await look.ask('SELECT id FROM job'));
		await assertEnded(kind, look, job);
		assert.equal(job.attempt, 1, 'the job does not notice');
		tally.count(at < job.ended && phase);
	}
	record('`kill -9` of the web process that waits', tally.hits, tally.met, `the job does not notice; ${again} sent again with the same key: one job`, tally.phases);
});

// Small uploads of another tenant, one after the other until `stop()`, which resolves
// to the jobs that were accepted and the number of those that were not.
async function uploadsBeside(i) {
	const bob = await site.client('bob').catch(() => null);
	const accepted = [];
	let sending = true, refused = 0;
	const sender = (async () => {
		while (bob && sending) {
			const n = accepted.length + refused;
			const answer = await bob.upload(Buffer.from(`firstname,email\nBob,bob${n}.${i}@fault.example\n`)).catch(() => ({ status: 0 }));
			const job = /imports\/(\d+)/.exec(answer.location ?? '')?.[1];
			assert.ok(job || answer.status === 0 || answer.status >= 500 || answer.status === 303 || answer.status === 403, String(answer.status));
			if (job)
				accepted.push(job);
			else
				refused++;
		}
	})();
	return async () => {
		sending = false;
		await sender;
		return { accepted, refused };
	};
}

test('PostgreSQL stopped at once and started, uploads beside', async () => {
	const place = (await stack('cluster_where', cluster)).trim();
	const pgCtl = `${(await stack('eval', 'echo $PG_BIN')).trim()}/pg_ctl`;
	const tally = new Tally();
	let stored = 0, refused = 0;
	const n = Math.ceil(times * 0.4);
	for (let i = 0; i < n; i++) {
		const kind = kindOf(i, n);
		const file = await kind.prepare(api, site);
		const id = await accepted(kind, api, file);
		const stop = await uploadsBeside(i);
		await reach(look, moment(kind.phases));
		const { phase } = await glance(look, id);
		const at = Date.now();
		await stack('as_postgres', pgCtl, '-D', `${place}/data`, '-m', 'immediate', '-w', 'stop');
		await stack('cluster_start', cluster);
		await look.back();
		const possible = Date.now();
		const others = await stop();
		const job = await follow(id, 0);
		stored += others.accepted.length;
		refused += others.refused;
		for (const other of others.accepted)
			assert.equal((await ended(look, other)).state, 'done', 'an accepted upload is there and done');
		// Those of the other tenant are no part of the job's own state.
		await look.ask('DELETE FROM users WHERE tenant_id = 2');
		await look.ask(`DELETE FROM job WHERE id <> ${id}; DELETE FROM job_row_block WHERE job_id <> ${id}; DELETE FROM job_row WHERE job_id <> ${id}`);
		await assertEnded(kind, look, job);
		count(tally, job, at, possible, phase);
	}
	record('PostgreSQL `stop -m immediate` and start', tally.hits, tally.met,
		`${told(tally)}; ${stored} uploads accepted meanwhile all done, ${refused} refused`, tally.phases);
});

test('after all of it the processes serve as before', async () => {
	const made = await kinds[0].prepare().then((file) => api.import(file, { prefer: 'wait=60' }));
	assert.equal(made.status, 201, made.text.slice(0, 300));
	await assertEnded(kinds[0], look, await courseOf(look, await look.ask('SELECT id FROM job')));
	assert.equal((await api.import(people(1, 'again'), {})).status, 400);
	look.close();
});
