// The kinds of job that faults are made to: an import, an update, the check of either,
// and a check that is applied.  Each says how it is sent, what must be there when it is
// done, and that nothing of it is there before.
import assert from 'node:assert/strict';
import { csv } from '../../lib/api.mjs';
import { courseOf, empty, ended, forgetJobs, until } from './faults.mjs';

// Whole users: SIP line, incall, voicemail; each 400th has a password to be hashed.
export const people = (n, mark = 'bulk', each = {}) => csv(...Array.from({ length: n }, (_, i) => ({
	firstname: `First ${i}`, lastname: mark, email: `${mark}.${i}@fault.example`,
	line_protocol: 'sip', context: 'default', exten: 1000000 + i,
	incall_exten: 1000000 + i, incall_context: 'from-extern',
	voicemail_name: `Box ${i}`, voicemail_number: 1000000 + i, voicemail_context: 'default', labels: 'sales', ...each,
	...(i % 400 ? {} : { username: `${mark}.${i}`, password: 'plain-Secret-1' }),
})));

// An import of n whole users into an empty tenant.  With a warning in each row (a masked
// secret is not set) there is so much to be told that the last phase, finishing, is
// long enough to be met.
export class Import {
	name = 'import';
	end = 'done';

	constructor(look, n, { warnings } = {}) {
		Object.assign(this, { look, n, each: warnings ? { voicemail_password: '********' } : {} });
	}

	async prepare() {
		await empty(this.look);
		return people(this.n, 'bulk', this.each);
	}

	send(api, file, headers, query) {
		return api.import(file, headers, query);
	}

	// Nothing (0) or everything (1) of it is there; anything else is a fault.
	async state() {
		const [got] = await this.look.json(`SELECT (SELECT count(*)::int FROM users) AS users,
			(SELECT count(*)::int FROM line) AS lines, (SELECT count(*)::int FROM extension) AS extensions,
			(SELECT count(*)::int FROM incall) AS incalls, (SELECT count(*)::int FROM voicemail) AS voicemails,
			(SELECT count(*)::int FROM user_label) AS labels,
			(SELECT count(*)::int FROM users JOIN job_user ON job_user.user_id = users.id AND user_uuid = uuid) AS told,
			(SELECT count(*)::int FROM job_user) AS rows`);
		const whole = Object.values(got);
		assert.ok(whole.every((value) => value === whole[0]) && [0, this.n].includes(whole[0]), JSON.stringify(got));
		return whole[0] === this.n ? 1 : 0;
	}

	assertCounts(counts) {
		const n = this.n;
		assert.deepEqual(counts, { users: n, lines: n, extensions: n, incalls: n, voicemails: n });
	}

	async assertPlan(plan) {
		assert.equal(plan.create, this.n);
		for (const resource of ['lines', 'extensions', 'incalls', 'voicemails'])
			assert.equal(plan.resources[resource].create, this.n, resource);
	}
}

// An update of n users: a field, the incall of each, and the password of some.
export class Update {
	name = 'update';
	end = 'done';
	round = 0;
	uuids = ['00000000-0000-0000-0000-000000000000'];

	constructor(look, n) {
		Object.assign(this, { look, n });
	}

	async prepare(api, site) {
		if (await this.look.ask(`SELECT count(*) FROM users WHERE uuid = '${this.uuids[0]}'`) !== '1') {
			await empty(this.look);
			const made = await api.import(people(this.n), { prefer: 'wait=60' });
			await site.jobEnded(made.json.id ?? await site.value('SELECT max(id) FROM job'), 120);
			this.uuids = (await this.look.json('SELECT uuid FROM users ORDER BY id')).map((user) => user.uuid);
			assert.equal(this.uuids.length, this.n);
		}
		await forgetJobs(this.look);
		this.round++;
		const held = await this.look.ask('SELECT min(exten::int) FROM incall WHERE user_id IS NOT NULL');
		this.first = held === '1200000' ? 1400000 : 1200000;
		return csv(...this.uuids.map((uuid, i) => ({
			uuid, userfield: `round ${this.round}`, incall_exten: this.first + i, incall_context: 'from-extern',
			...(i % 400 ? {} : { password: `plain-Secret-${this.round}` }),
		})));
	}

	send(api, file, headers, query) {
		return api.update(file, headers, query);
	}

	async state() {
		const [got] = await this.look.json(`SELECT count(*) FILTER (WHERE userfield = 'round ${this.round}')::int AS fields,
			(SELECT count(*)::int FROM incall WHERE user_id IS NOT NULL AND exten::int BETWEEN ${this.first} AND ${this.first + this.n - 1}) AS incalls,
			(SELECT count(*)::int FROM job_user) AS rows,
			(SELECT count(*)::int FROM incall WHERE user_id IS NOT NULL) AS held FROM users`);
		assert.equal(got.held, this.n, 'each user holds one number');
		assert.ok(got.fields === got.incalls && got.fields === got.rows && [0, this.n].includes(got.fields), JSON.stringify(got));
		return got.fields === this.n ? 1 : 0;
	}

	assertCounts(counts) {
		assert.equal(counts.changed, this.n);
		assert.equal(counts.unchanged, 0);
	}

	async assertPlan(plan) {
		assert.deepEqual([plan.create ?? 0, plan.update, plan.unchanged], [0, this.n, 0]);
		const cells = await this.look.json(`SELECT column_name, count(*)::int AS n, count(DISTINCT user_uuid)::int AS users FROM job_change GROUP BY 1 ORDER BY 1`);
		for (const name of ['incall_exten', 'userfield'])
			assert.deepEqual(cells.find((cell) => cell.column_name === name), { column_name: name, n: this.n, users: this.n });
	}
}

// Either of them, only checked: it has no effect, and ends with its plan.
export class Check {
	end = 'checked';

	constructor(kind) {
		Object.assign(this, { kind, look: kind.look, n: kind.n, name: `check of an ${kind.name}` });
	}

	prepare(api, site) {
		return this.kind.prepare(api, site);
	}

	send(api, file, headers) {
		return this.kind.send(api, file, headers, '?dry_run=1');
	}

	async state() {
		assert.equal(await this.kind.state(), 0, 'a check applies nothing');
		return 0;
	}

	assertCounts(counts) {
		assert.deepEqual(counts, {});
	}

	assertPlan(plan) {
		return this.kind.assertPlan(plan);
	}
}

// A check that has ended, and now is applied.
export class Applied {
	end = 'done';

	constructor(kind) {
		Object.assign(this, { kind, look: kind.look, n: kind.n, name: `applied check of an ${kind.name}` });
	}

	async prepare(api, site) {
		const check = new Check(this.kind);
		const file = await check.prepare(api, site);
		this.id = await accepted(check, api, file);
		await assertEnded(check, this.look, await ended(this.look, this.id));
		return file;
	}

	send(api, file, headers) {
		return api.request('POST', `/1.1/imports/${this.id}/apply`, { headers });
	}

	state() {
		return this.kind.state();
	}

	assertCounts(counts) {
		this.kind.assertCounts(counts);
	}

	assertPlan(plan) {
		return this.kind.assertPlan(plan);
	}
}

// What undoes one of them, after that was done: all is as it was before, or not yet.
export class Undo {
	end = 'done';
	kept = null;	// it has no upload
	jobs = 2;

	constructor(kind) {
		Object.assign(this, { kind, look: kind.look, n: kind.n, name: `undo of an ${kind.name}` });
	}

	// All rows of the users, as one digest for each table, and how many changes the undo has kept,
	// all of one moment: the job may end between two statements.  In the order of the tables, as
	// the server may read them side by side.
	async content() {
		const digests = ['users', 'voicemail', 'line', 'extension', 'incall', 'user_label', 'user_call_permission'].map((table) =>
			`SELECT '${table}' AS name, count(*), coalesce(sum(hashtextextended(t::text, 1)), 0) FROM ${table} t`);
		const [got] = await this.look.json(`SELECT kept.*, (SELECT json_object_agg(name, ARRAY[count, coalesce] ORDER BY name)::text
			FROM (${digests.join(' UNION ALL ')}) digest) AS digest
			FROM (SELECT count(*)::int AS changes, count(DISTINCT (relation, id, item_id))::int AS rows
				FROM kept_change WHERE job_id = (SELECT id FROM job WHERE undoes = ${this.undone ?? 0})) kept`);
		return got;
	}

	async prepare(api, site) {
		const file = await this.kind.prepare(api, site);
		this.before = (await this.content()).digest;
		this.undone = await accepted(this.kind, api, file);
		assert.equal((await ended(this.look, this.undone)).state, 'done');
		this.after = (await this.content()).digest;
		return file;
	}

	send(api, file, headers) {
		return api.request('POST', `/1.1/imports/${this.undone}/undo`, { headers });
	}

	// With the rows changes are kept: of each row once.
	async state() {
		const { digest, changes, rows } = await this.content();
		assert.ok(digest === this.before || digest === this.after, `neither done nor not: ${digest}\n${this.before}\n${this.after}`);
		assert.equal(changes, rows, 'a change is kept once');
		assert.equal(changes > 0, digest === this.before, `${changes} changes are kept`);
		return digest === this.before ? 1 : 0;
	}

	assertCounts(counts) {
		assert.deepEqual(counts, this.kind.name === 'import' ? { users: 0, deleted: this.n, changed: 0 }
			: { users: 0, deleted: 0, changed: this.n });
	}
}

// All of them, of n rows; those of the same users side by side.
export function everyKind(look, n) {
	return [new Import(look, n, { warnings: true }), new Update(look, n)].flatMap((kind) => [kind, new Check(kind), new Applied(kind)]);
}

// The undo of an import and of an update of n rows.
export function undos(look, n) {
	return [new Undo(new Import(look, n)), new Undo(new Update(look, n))];
}

// Sends the file and resolves to the job that was accepted, or that had been before.
export async function accepted(kind, api, file) {
	const headers = { prefer: 'wait=0', 'idempotency-key': `"${++keys}"` };
	const { json, status } = await until(async () => {
		const answer = await kind.send(api, file, headers);
		assert.ok([200, 201, 202, 500, 503].includes(answer.status), answer.text.slice(0, 500));
		return answer.status < 500 && answer;
	}, 'an accepted upload');
	return status === 202 ? json.id : Number(await kind.look.ask('SELECT max(id) FROM job'));
}
let keys = 0;

// Runs the job undisturbed and resolves to [{phase, from, to}] in ms after it was sent.
export async function measure(kind, { site, look, api }) {
	const file = await kind.prepare(api, site);
	const phases = [];
	const id = await accepted(kind, api, file);
	const began = Date.now();
	for (let state = ''; !['done', 'checked'].includes(state);) {
		const now = await look.ask(`SELECT state, phase FROM job WHERE id = ${id}`);
		assert.doesNotMatch(now, /failed/, JSON.stringify(await look.json('SELECT key, column_name, params FROM job_issue LIMIT 3')));
		const at = Date.now() - began;
		state = now.split('|')[0];
		const phase = now.split('|')[1] || 'waiting';
		if (phases.at(-1)?.phase === phase || ['done', 'checked'].includes(state))
			phases.at(-1).to = at;
		else
			phases.push({ phase, from: phases.at(-1)?.to ?? 0, to: at });
	}
	await assertEnded(kind, look, await courseOf(look, id));
	console.log(`# ${kind.name} of ${kind.n}: ${phases.map((p) => `${p.phase} ${p.to - p.from}`).join(', ')} ms`);
	return phases.filter(({ phase }) => phase !== 'waiting');
}

// Ended once as it should, as its report says.
export async function assertEnded(kind, look, job) {
	assert.equal(job.state, kind.end, JSON.stringify(job));
	assert.equal(job.percent, 100);
	assert.equal(job.log.filter(({ event, at }) => at >= job.queued && event.startsWith('end:')).length, 1, JSON.stringify(job.log));
	assert.equal(job.errors, 0);
	assert.deepEqual(job.kept, kind.kept !== undefined ? kind.kept : kind.end === 'done' ? ['masked'] : ['masked', 'upload']);
	kind.assertCounts(job.counts);
	if (job.plan)
		await kind.assertPlan(job.plan);
	assert.equal(await kind.state(), kind.end === 'done' ? 1 : 0);
	assert.equal(await look.ask('SELECT count(*) FROM job'), String(kind.jobs ?? 1));
}
