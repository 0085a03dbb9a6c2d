// kill -9 of a worker, of the web process that waits, of the database's backend, and
// the whole server stopped at once, at random moments of a job: it is done once or not
// yet, it is taken up again by itself, and its report says what the database has.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { cluster, stack } from '../e2e/lib/stack.mjs';
import { Import, Update, accepted, assertDone, courseOf, crashed, ended, faultSite, measure, pause, people, random, record, times, until } from './lib/faults.mjs';

const ROWS = 2000;
let all, site, look, api, kinds;

before(async () => {
	all = await faultSite({ uploads: 1, settings: { wait_slots: 1 } });
	({ site, look, api } = all);
	kinds = [new Import(look, ROWS), new Update(look, ROWS)];
	for (const kind of kinds)
		kind.phases = await measure(kind, all);
});

// Imports first, then updates: of n jobs the i-th.
const half = (i, n) => kinds[i < n / 2 ? 0 : 1];

// Some of the moments are anywhere in the job's time, most in a phase drawn by lot,
// and some of these in the shortest.
function moment(phases) {
	if (random.chance(0.3))
		return { wait: random.next() * phases.at(-1).to * 0.8 };
	const long = phases.filter((phase) => phase.to - phase.from >= 20);
	const phase = random.of(random.chance(0.2) ? phases : long);
	return { phase: phase.phase, wait: random.next() * (phase.to - phase.from) * 0.4 };
}

async function reach({ phase, wait }) {
	if (phase && phase !== 'queued')
		await until(() => look.ask(`SELECT 1 FROM job WHERE phase = '${phase}' OR ended_at IS NOT NULL`), phase);
	await pause(wait);
}

const backend = (name) => look.ask(`SELECT pid FROM pg_stat_activity
	WHERE application_name = 'rollcall worker (${name})' AND datname = current_database() LIMIT 1`);

// When the job was begun or taken up after `at`, in ms; 0 where it had ended before.
function resumed(job, at) {
	if (job.ended <= at)
		return 0;
	return Math.min(...job.log.filter((line) => line.at > at && /^(begin|end)/.test(line.event)).map((line) => line.at)) - at;
}

const isDone = ({ status }) => status === 200 || status === 201;
const seen = () => ({ hits: 0, met: 0, phases: {}, worst: 0, early: 0 });

function count(tally, job, at, phase) {
	const began = job.log.find(({ event }) => event.startsWith('begin'))?.at;
	const met = at >= began && at < job.ended;
	tally.hits++;
	tally.met += met ? 1 : 0;
	if (met)
		tally.phases[phase] = (tally.phases[phase] ?? 0) + 1;
	return met;
}

const told = (tally) => `${Object.entries(tally.phases).map(([phase, n]) => `${phase} ${n}`).join(', ')}; held`;

// Sends one job, makes the fault at its moment, and looks at what became of it.
async function strike(kind, hit, tally, ready = async () => Date.now()) {
	const file = await kind.prepare(api, site);
	const id = await accepted(kind, api, file);
	const target = await hit.aim();
	await reach(moment(kind.phases));
	const phase = await look.ask(`SELECT coalesce(phase, state) FROM job WHERE id = ${id}`);
	await hit.make(target);
	const at = Date.now();
	const possible = await ready();
	await kind.state();
	const job = await ended(look, id);
	await assertDone(kind, look, job);
	if (count(tally, job, at, phase)) {
		const after = resumed(job, possible);
		tally.worst = Math.max(tally.worst, after);
		assert.ok(after < 5000, `taken up after ${after} ms: ${JSON.stringify(job.log)}`);
		assert.ok(job.attempt <= 2, JSON.stringify(job.log));
	}
}

async function strikes(what, n, hit, ready) {
	const tally = seen();
	for (let i = 0; i < n; i++)
		await strike(half(i, n), hit, tally, ready);
	console.log(`# taken up again within ${Math.round(tally.worst)} ms`);
	record(what, tally.hits, tally.met, told(tally));
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
	}, async () => {
		await crashed(look);
		await look.back();
		return Date.now();
	}));

test('kill -9 of the web process that waits', async () => {
	const tally = seen();
	let again = 0;
	for (let i = 0; i < times; i++) {
		const kind = half(i, times);
		const file = await kind.prepare(api, site);
		const headers = { prefer: 'wait=60', 'idempotency-key': `"web ${i}"` };
		const [pid] = await until(() => site.pids('uploads').length && site.pids('uploads'), 'a web process');
		let answer = kind.send(api, file, headers).catch((error) => ({ status: 0, text: error.message }));
		await pause(random.next() * kind.phases.at(-1).to * 0.8);
		const phase = await look.ask('SELECT coalesce(phase, state) FROM job') || 'storing';
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
		const id = await look.ask('SELECT id FROM job');
		const job = await ended(look, id);
		await assertDone(kind, look, job);
		assert.equal(job.attempt, 1, 'the job does not notice');
		tally.hits++;
		if (at < job.ended) {
			tally.met++;
			tally.phases[phase] = (tally.phases[phase] ?? 0) + 1;
		}
	}
	record('`kill -9` of the web process that waits', tally.hits, tally.met, `${again} sent again with the same key; ${told(tally)}`);
});

test('PostgreSQL stopped at once and started, uploads beside', async () => {
	const place = (await stack('cluster_where', cluster)).trim();
	const tally = seen();
	let stored = 0, refused = 0;
	const n = Math.ceil(times * 0.4);
	for (let i = 0; i < n; i++) {
		const kind = half(i, n);
		const file = await kind.prepare(api, site);
		const id = await accepted(kind, api, file);
		await reach(moment(kind.phases));
		// Small uploads of another tenant go on being sent all the while.
		const bob = await site.client('bob').catch(() => null);
		const others = [];
		let sending = true;
		const sender = (async () => {
			while (bob && sending) {
				const answer = await bob.upload(Buffer.from(`firstname,email\nBob,bob${others.length}.${i}@fault.example\n`)).catch(() => ({ status: 0 }));
				const job = /imports\/(\d+)/.exec(answer.location ?? '')?.[1];
				others.push(job);
				assert.ok(job || answer.status === 0 || answer.status >= 500 || answer.status === 303 || answer.status === 403, String(answer.status));
			}
		})();
		const phase = await look.ask(`SELECT coalesce(phase, state) FROM job WHERE id = ${id}`);
		const at = Date.now();
		await stack('as_postgres', (await stack('eval', 'echo $PG_BIN')).trim() + '/pg_ctl', '-D', `${place}/data`, '-m', 'immediate', '-w', 'stop');
		await stack('cluster_start', cluster);
		await look.back();
		const possible = Date.now();
		sending = false;
		await sender;
		const job = await ended(look, id);
		const mine = others.filter(Boolean);
		stored += mine.length;
		refused += others.length - mine.length;
		for (const other of mine)
			assert.equal((await ended(look, other)).state, 'done', 'an accepted upload is there and done');
		// Those of the other tenant are no part of the job's own state.
		await look.ask('DELETE FROM users WHERE tenant_id = 2');
		await look.ask(`DELETE FROM job WHERE id <> ${id}; DELETE FROM job_row WHERE job_id <> ${id}`);
		await assertDone(kind, look, job);
		if (count(tally, job, at, phase)) {
			const after = resumed(job, possible);
			tally.worst = Math.max(tally.worst, after);
			assert.ok(after < 5000, `taken up after ${after} ms: ${JSON.stringify(job.log)}`);
		}
	}
	console.log(`# taken up again within ${Math.round(tally.worst)} ms`);
	record('PostgreSQL `stop -m immediate` and start', tally.hits, tally.met,
		`${stored} uploads accepted meanwhile all done, ${refused} refused; ${told(tally)}`);
});

test('after all of it the processes serve as before', async () => {
	const made = await kinds[0].prepare().then((file) => api.import(file, { prefer: 'wait=60' }));
	assert.equal(made.status, 201, made.text.slice(0, 300));
	await assertDone(kinds[0], look, await courseOf(look, await look.ask('SELECT id FROM job')));
	assert.equal((await api.import(people(1, 'again'), {})).status, 400);
	look.close();
});
