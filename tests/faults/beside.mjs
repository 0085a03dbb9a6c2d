// What happens beside a job: other imports, deletes, a name that somebody else takes
// first, many that wait.  Nobody sees a deadlock, nothing is lost, pages answer.
import assert from 'node:assert/strict';
import test, { before, after, beforeEach } from 'node:test';
import { apiOf, csv } from '../lib/api.mjs';
import { jobId } from '../lib/client.mjs';
import { empty, ended, faultSite, holdCommits, inCommit, pause, random, record, times, until } from './lib/faults.mjs';
import { people } from './lib/kinds.mjs';

let site, look, api, other;
before(async () => {
	({ site, look, api } = await faultSite({ workers: 2, uploads: 8, pages: 4, settings: { api_wait: 60, page_wait: 10 } }));
	other = apiOf(site, 'bob');
});
beforeEach(() => empty(look));
after(() => look.close());

const rounds = Math.max(2, Math.ceil(times / 4));
const wait = { prefer: 'wait=60' };
const deadlocks = async () => Number(await look.ask('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'));

test('two imports of one tenant: one after the other, in their order', async () => {
	for (let i = 0; i < rounds; i++) {
		await empty(look);
		const ids = [];
		// The second has the first one's numbers: it can only fail, and only if it is second.
		for (const file of [people(500, 'one'), people(300, 'two'), csv({ firstname: 'Third' })])
			ids.push((await api.import(file, { prefer: 'wait=0' })).json.id);
		const states = [];
		for (const id of ids)
			states.push((await ended(look, id)).state);
		assert.deepEqual(states, ['done', 'failed', 'done']);
		const { json } = await api.get(`/1.1/imports/${ids[1]}/result`);
		assert.ok(json.errors.every((error) => ['exists', 'taken'].includes(error.code)), JSON.stringify(json.errors.slice(0, 3)));
		const order = await look.json('SELECT id, lag(ended_at) OVER (ORDER BY id) <= started_at AS after FROM job ORDER BY id');
		assert.ok(order.slice(1).every(({ after: ok }) => ok), JSON.stringify(order));
		// Two that are stored at the same time: either may be first, but not beside the other.
		const more = csv(...Array.from({ length: 200 }, (_, k) => ({ firstname: `More ${k}` })));
		const both = await Promise.all([api.import(more, wait), api.import(csv({ firstname: 'Last' }), wait)]);
		assert.deepEqual(both.map((answer) => answer.status), [201, 201], both.map(({ text }) => text.slice(0, 200)).join('\n'));
		const beside = await look.json('SELECT id, lag(ended_at) OVER (ORDER BY started_at) <= started_at AS after FROM job ORDER BY started_at');
		assert.ok(beside.slice(1).every(({ after: ok }) => ok), JSON.stringify(beside));
		assert.equal(await look.ask('SELECT count(*) FROM users'), '702');
	}
	record('imports of one tenant, in turn and at once', rounds, rounds, 'one after the other, in order; of two stored at once either first, never side by side');
});

test('two tenants with the same addresses in opposite order', async () => {
	const before = await deadlocks();
	const rows = Array.from({ length: 1500 }, (_, i) => ({ firstname: `Same ${i}`, email: `same${i}@fault.example` }));
	let both = 0;
	for (let i = 0; i < rounds; i++) {
		await empty(look);
		const answers = await Promise.all([api.import(csv(...rows), wait), other.import(csv(...[...rows].reverse()), wait)]);
		assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 400], JSON.stringify(answers.map(({ text }) => text.slice(0, 200))));
		const lost = answers.find((answer) => answer.status === 400).json;
		assert.equal(lost.errors.length, rows.length);
		assert.ok(lost.errors.every((error) => error.code === 'taken' && error.details.column === 'email'));
		assert.equal(await look.ask('SELECT count(*), count(DISTINCT tenant_id) FROM users'), '1500|1');
		const [{ beside }] = await look.json('SELECT max(started_at) < min(ended_at) AS beside FROM job');
		both += beside ? 1 : 0;
	}
	record('two tenants, the same addresses in opposite order', rounds, both,
		`one done, the other told \`taken\` in each row; deadlocks that PostgreSQL ended and the worker repeated: ${await deadlocks() - before}`);
});

test('an import beside deletes: each delete is done or is asked to come again', async () => {
	let during = 0, later = 0, hits = 0;
	for (let i = 0; i < rounds; i++) {
		await empty(look);
		await api.import(csv(...Array.from({ length: 60 }, (_, k) => ({ firstname: `Old ${k}` }))), wait);
		const old = (await look.json('SELECT uuid FROM users')).map(({ uuid }) => uuid);
		const job = api.import(people(2000, 'beside'), wait);
		for (const uuid of old.slice(0, 40)) {
			const { status, text } = await api.delete(`/1.1/users/${uuid}`);
			hits++;
			assert.ok([204, 409, 423, 503].includes(status), `${status} ${text}`);
			if (status === 204) {
				during++;
			} else {
				later++;
				await until(async () => (await api.delete(`/1.1/users/${uuid}`)).status === 204, 'the delete', 30);
			}
			await pause(random.next() * 20);
		}
		const answer = await job;
		assert.equal(answer.status, 201, answer.text.slice(0, 300));
		assert.equal(await look.ask(`SELECT count(*), count(*) FILTER (WHERE firstname LIKE 'Old%') FROM users`), '2020|20');
		assert.equal(await look.ask(`SELECT count(*) FROM job_user JOIN users ON users.id = user_id
			WHERE job_id = (SELECT max(id) FROM job WHERE kind = 'import')`), '2000');
	}
	record('an import beside deletes', hits, later, `${during} done at once, ${later} told to come again and then done; all counts right`);
});

test('an update beside deletes of the same users: no lost update', async () => {
	let refused = 0, done = 0;
	for (let i = 0; i < rounds; i++) {
		await empty(look);
		await api.import(people(800, 'edit'), wait);
		const uuids = (await look.json('SELECT uuid FROM users ORDER BY id')).map(({ uuid }) => uuid);
		const job = api.update(csv(...uuids.map((uuid) => ({ uuid, userfield: 'new' }))), wait);
		await pause(random.next() * 150);
		const gone = uuids[random.below(800)];
		await until(async () => (await api.delete(`/1.1/users/${gone}`)).status === 204, 'the delete');
		const answer = await job;
		const [{ changed, left }] = await look.json(`SELECT count(*) FILTER (WHERE userfield = 'new')::int AS changed, count(*)::int AS left FROM users`);
		assert.equal(left, 799);
		if (answer.status === 201 || answer.status === 200) {
			assert.equal(changed, 799, 'updated, then one deleted');
			done++;
		} else {
			assert.equal(answer.status, 400, answer.text.slice(0, 300));
			assert.equal(changed, 0, 'one was gone before: nothing is applied');
			assert.equal(answer.json.errors.length, 1);
			refused++;
		}
	}
	record('an update beside a delete of one of its users', rounds, rounds, `done and then deleted: ${done}; deleted before, so an error of that row and nothing applied: ${refused}`);
});

test('an address that another tenant takes between check and commit', async () => {
	await holdCommits(look);
	try {
		for (let i = 0; i < rounds; i++) {
			await empty(look);
			await look.ask('SELECT pg_advisory_lock(99, 2)');
			const bob = other.import(csv({ firstname: 'Faster', email: 'Wanted@fault.example' }), wait);
			await inCommit(look);
			// Judged without an error, as the other is not committed; then it has to wait.
			const alice = api.import(csv({ firstname: 'Before', email: 'before@fault.example' }, { firstname: 'Slower', email: 'wanted@fault.example' }), wait);
			await until(() => look.ask(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'transactionid' AND datname = current_database()`), 'the wait for the address');
			await look.ask('SELECT pg_advisory_unlock(99, 2)');
			assert.equal((await bob).status, 201);
			const answer = await alice;
			assert.equal(answer.status, 400, answer.text);
			assert.deepEqual(answer.json.errors.map(({ code, details }) => [code, details.row_number, details.column]), [['taken', 2, 'email']]);
			assert.equal(await look.ask('SELECT count(*) FROM users'), '1');
		}
	} finally {
		await look.ask('SELECT pg_advisory_unlock_all(); DROP FUNCTION fault_hold CASCADE');
	}
	record('an address taken by another tenant between check and commit', rounds, rounds, '`taken` at its row; nothing applied');
});

test('pages answer while twenty imports wait', async () => {
	const alice = await site.client('alice');
	const paths = ['/services/ipbx/users', '/services/ipbx/imports', '/services/ipbx/users/import'];
	const measure = async () => {
		const took = [];
		for (let i = 0; i < 60; i++) {
			const began = performance.now();
			assert.equal((await alice.get(paths[i % paths.length])).status, 200);
			took.push(performance.now() - began);
		}
		return took.sort((a, b) => a - b);
	};
	const idle = await measure();
	await site.stop('worker');
	const uploads = Array.from({ length: 20 }, (_, i) => alice.upload(Buffer.from(`firstname\nWaiting ${i}\n`)));
	await until(async () => Number(await look.ask('SELECT count(*) FROM job')) >= 4, 'uploads that wait');
	const busy = await measure();
	await site.start('worker');
	for (const answer of await Promise.all(uploads))
		assert.equal((await ended(look, jobId(answer))).state, 'done');
	assert.equal(await look.ask('SELECT count(*) FROM users'), '20');
	const ms = (list, p) => Math.round(list[Math.floor((list.length - 1) * p)]);
	console.log(`# median and slowest page: idle ${ms(idle, 0.5)} and ${ms(idle, 1)} ms, while 20 wait ${ms(busy, 0.5)} and ${ms(busy, 1)} ms`);
	record('pages while 20 imports wait', busy.length, busy.filter((took) => took < 100).length,
		`in under 100 ms (second number); median ${ms(busy, 0.5)} ms, slowest ${ms(busy, 1)} ms; idle: ${ms(idle, 0.5)} and ${ms(idle, 1)} ms`);
});
