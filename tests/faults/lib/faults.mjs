// What the fault tests share: a site whose jobs last a while, the random moment of a
// fault, what must hold after it, and the table of what was seen.
//
// FAULTS=n repeats each case n times, SEED=n repeats the moments of another run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { apiOf, csv } from '../../api/lib/api.mjs';
import { Random } from '../../api/lib/people.mjs';
import { cluster, freshSite, stack } from '../../e2e/lib/stack.mjs';

export const times = Number(process.env.FAULTS ?? 3);
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
export const random = new Random(seed);
export const pause = (ms) => new Promise((done) => setTimeout(done, Math.max(0, ms)));

console.log(`# SEED=${seed} FAULTS=${times}`);

// A line of the table: how often the fault was made, how often it met the job at work.
export function record(fault, hits, met, held) {
	console.log(`# ${fault}: ${met} of ${hits} met it; ${held}`);
	if (process.env.FAULTS_OUT)
		appendFileSync(process.env.FAULTS_OUT, `${JSON.stringify({ fault, hits, met, held })}\n`);
}

// Until `look` resolves to something true, which is the result.
export async function until(look, what, seconds = 30) {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = await look();
		if (found)
			return found;
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s for ${what}`);
		await pause(5);
	}
}

// The database as its superuser sees it, in one session that is quick to ask and is
// opened again after its server went away.
export class Look {
	constructor(site) {
		this.site = site;
	}

	async open() {
		const host = (await stack('cluster_where', cluster)).trim();
		this.psql = spawn('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', host, '-U', 'postgres', '-d', this.site.db]);
		this.said = '';
		this.psql.stdin.on('error', () => {});
		this.psql.stderr.on('data', (text) => { this.said += text; });
		this.lines = createInterface({ input: this.psql.stdout })[Symbol.asyncIterator]();
	}

	// What psql prints for statements; throws where the connection is lost.
	async ask(text) {
		if (!this.psql)
			await this.open();
		this.psql.stdin.write(`${text};\n\\echo =end=\n`);
		const rows = [];
		for (;;) {
			const { value, done } = await this.lines.next();
			if (done) {
				this.psql = null;
				throw new Error(`psql: ${this.said}\n${text}`);
			}
			if (value === '=end=')
				return rows.join('\n');
			rows.push(value);
		}
	}

	async json(text) {
		return JSON.parse(await this.ask(`SELECT coalesce(json_agg(q), '[]') FROM (${text}) q`));
	}

	// Until the server answers.
	back() {
		return until(() => this.ask('SELECT 1').catch(() => null), 'the database', 60);
	}

	close() {
		this.psql?.stdin.end();
		this.psql = null;
	}
}

// Until the server has noticed that a backend was killed: it ends all sessions then.
export const crashed = (look) => until(() => look.ask('SELECT 1').then(() => false, () => true), 'the crash', 5);

const tables = 'users, line, extension, incall, voicemail, user_label, user_call_permission';
const jobs = 'job, job_chunk, job_issue, job_issue_row, job_row, job_log';

// A site of its own, what looks at it, and a client of its API.
export async function faultSite(options = {}) {
	const site = await freshSite({ ...options, settings: { max_attempts: 50, ...options.settings } });
	// The tests' cluster is quick; here what was committed must be there after a crash.
	await site.psql('ALTER SYSTEM SET synchronous_commit = on');
	await site.psql('SELECT pg_reload_conf()');
	const look = new Look(site);
	return { site, look, api: apiOf(site, 'alice') };
}

// Forgets all users and jobs.
export async function empty(look) {
	await until(() => look.ask(`SET lock_timeout = '2s'; TRUNCATE ${tables}, ${jobs}; RESET lock_timeout`).then(() => true, () => null),
		'empty tables');
}

// Whole users: SIP line, incall, voicemail; each 200th has a password to be hashed.
export const people = (n, mark = 'bulk') => csv(...Array.from({ length: n }, (_, i) => ({
	firstname: `First ${i}`, lastname: mark, email: `${mark}.${i}@fault.example`,
	line_protocol: 'sip', context: 'default', exten: 1000000 + i,
	incall_exten: 1000000 + i, incall_context: 'from-extern',
	voicemail_name: `Box ${i}`, voicemail_number: 1000000 + i, voicemail_context: 'default', labels: 'sales',
	...(i % 200 ? {} : { username: `${mark}.${i}`, password: 'plain-Secret-1' }),
})));

// ---- the two kinds of job

// An import of n whole users into an empty tenant.
export class Import {
	name = 'import';

	constructor(look, n) {
		Object.assign(this, { look, n });
	}

	async prepare() {
		await empty(this.look);
		return people(this.n);
	}

	send(api, file, headers) {
		return api.import(file, headers);
	}

	// Nothing (0) or everything (1) of it is there; anything else is a fault.
	async state() {
		const [got] = await this.look.json(`SELECT (SELECT count(*)::int FROM users) AS users,
			(SELECT count(*)::int FROM line) AS lines, (SELECT count(*)::int FROM extension) AS extensions,
			(SELECT count(*)::int FROM incall) AS incalls, (SELECT count(*)::int FROM voicemail) AS voicemails,
			(SELECT count(*)::int FROM user_label) AS labels,
			(SELECT count(*)::int FROM users JOIN job_row ON job_row.user_id = users.id AND user_uuid = uuid) AS told,
			(SELECT count(*)::int FROM job_row) AS rows`);
		const whole = Object.values(got);
		assert.ok(whole.every((value) => value === whole[0]) && [0, this.n].includes(whole[0]), JSON.stringify(got));
		return whole[0] === this.n ? 1 : 0;
	}

	assertCounts(counts) {
		const n = this.n;
		assert.deepEqual(counts, { users: n, lines: n, extensions: n, incalls: n, voicemails: n });
	}
}

// An update of n users: a field and the incall of each.
export class Update {
	name = 'update';
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
		await this.look.ask(`TRUNCATE ${jobs}`);
		this.round++;
		const first = 1200000 + (this.round % 2) * 200000;
		return csv(...this.uuids.map((uuid, i) => ({ uuid, userfield: `round ${this.round}`, incall_exten: first + i, incall_context: 'from-extern' })));
	}

	send(api, file, headers) {
		return api.update(file, headers);
	}

	async state() {
		const first = 1200000 + (this.round % 2) * 200000;
		const [got] = await this.look.json(`SELECT count(*) FILTER (WHERE userfield = 'round ${this.round}')::int AS fields,
			(SELECT count(*)::int FROM incall WHERE user_id IS NOT NULL AND exten::int BETWEEN ${first} AND ${first + this.n - 1}) AS incalls
			FROM users`);
		const held = await this.look.ask('SELECT count(*) FROM incall WHERE user_id IS NOT NULL');
		assert.equal(Number(held), this.n, 'each user holds one number');
		assert.ok(got.fields === got.incalls && [0, this.n].includes(got.fields), JSON.stringify(got));
		return got.fields === this.n ? 1 : 0;
	}

	assertCounts(counts) {
		assert.equal(counts.changed, this.n);
		assert.equal(counts.unchanged, 0);
	}
}

// ---- a job's course

const course = `SELECT state, phase, attempt, counts, errors, warnings,
	(extract(epoch FROM created_at) * 1000)::float8 AS created, (extract(epoch FROM ended_at) * 1000)::float8 AS ended,
	(SELECT json_agg(json_build_object('at', extract(epoch FROM at) * 1000, 'event', event) ORDER BY n)
		FROM job_log WHERE job_id = job.id) AS log,
	(SELECT array_agg(DISTINCT kind) FROM job_chunk WHERE job_id = job.id) AS kept FROM job`;

export async function courseOf(look, id) {
	const [job] = await look.json(`${course} WHERE id = ${id}`);
	return { ...job, log: job.log ?? [] };
}

export const ended = (look, id, seconds = 60) => until(async () => {
	const job = await look.ask(`SELECT 1 FROM job WHERE id = ${id} AND ended_at IS NOT NULL`).catch(() => '');
	return job === '1' && courseOf(look, id);
}, `the end of job ${id}`, seconds);

// Sends the file and resolves to the job that was accepted, or that had been before.
export async function accepted(kind, api, file) {
	const headers = { prefer: 'wait=0', 'idempotency-key': `"${++keys}"` };
	const { json } = await until(async () => {
		const answer = await kind.send(api, file, headers);
		assert.ok([202, 201, 500, 503].includes(answer.status), answer.text);
		return answer.json?.id && answer;
	}, 'an accepted upload');
	return json.id;
}
let keys = 0;

// Runs the job undisturbed and resolves to [{phase, from, to}] in ms after it was sent.
export async function measure(kind, { site, look, api }) {
	const file = await kind.prepare(api, site);
	const phases = [];
	const began = Date.now();
	const id = await accepted(kind, api, file);
	for (let now = ''; now !== 'done|';) {
		now = await look.ask(`SELECT state, phase FROM job WHERE id = ${id}`);
		assert.doesNotMatch(now, /failed/, JSON.stringify(await look.json('SELECT key, column_name, params FROM job_issue LIMIT 3')));
		const at = Date.now() - began;
		const phase = now.split('|')[1] || now.split('|')[0];
		if (phases.at(-1)?.phase === phase)
			phases.at(-1).to = at;
		else if (phase !== 'done')
			phases.push({ phase, from: phases.at(-1)?.to ?? 0, to: at });
	}
	assert.equal(await kind.state(), 1);
	kind.assertCounts((await courseOf(look, id)).counts);
	console.log(`# ${kind.name} of ${kind.n}: ${phases.map((p) => `${p.phase} ${p.to - p.from}`).join(', ')} ms`);
	return phases;
}

// Done, once, as its report says.
export async function assertDone(kind, look, job) {
	assert.equal(job.state, 'done', JSON.stringify(job));
	assert.equal(job.log.filter(({ event }) => event.startsWith('end:')).length, 1, JSON.stringify(job.log));
	assert.deepEqual(job.kept, ['masked']);
	assert.equal(job.errors, 0);
	kind.assertCounts(job.counts);
	assert.equal(await kind.state(), 1);
	assert.equal(await look.ask('SELECT count(*) FROM job'), '1');
}
