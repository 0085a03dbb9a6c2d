// Undo: what a job did is taken back, all of it and nothing else.
//
// As a property: a random site, a random job of each kind, its undo: every row is as it
// was; undone again, every row is as the job had left it.  With edits in between the edits
// stay and all else comes back.  SEED=n makes others, RUNS=n more of them; without one it is
// the same each time, since SEED=691641891 finds a redo that loses an incoming number.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf, csv } from '../lib/api.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { Random } from '../lib/random.mjs';
import { wideSite } from '../lib/wide.mjs';

const seed = Number(process.env.SEED ?? 20261129);
const runs = Number(process.env.RUNS ?? 4);

let site, jobs, alice;
before(async () => {
	site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	alice = apiOf(site, 'alice');
});
after(() => jobs?.close());

// Every row of every table; what follows from other columns aside.
const tables = { voicemail: 'id', users: 'id', line: 'id', extension: 'id', incall: 'id', user_label: 'user_id, label_id',
	user_call_permission: 'user_id, call_permission_id' };
const content = () => jobs.value(`SELECT json_build_object(${Object.entries(tables).map(([name, order]) =>
	`'${name}', (SELECT json_agg(to_jsonb(t) - 'account' ORDER BY ${order}) FROM ${name} t)`).join(', ')})`);
// The users as files have them: {uuid: {column: value}}.
const cells = () => jobs.value(`SELECT coalesce(json_object_agg(uuid, to_json(r)), '{}') FROM user_row r`);

// Takes a job back, as the API stores it; resolves to the undo's job.
async function undo(id, options = {}) {
	return jobs.ended(Number((await jobs.session.ask(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes,
		sha256, nonce, options, undoes) SELECT tenant_id, admin_id, admin_name, 'undo', file_name, 0, sha256(''),
		gen_random_uuid()::text, '${JSON.stringify(options)}', id FROM job WHERE id = ${id} RETURNING id; NOTIFY rollcall_job`)).trim()));
}
const done = (job) => assert.deepEqual([job.state, job.issues.filter((issue) => issue.level === 'error')], ['done', []]);
const lastJob = () => jobs.value('SELECT max(id) AS id FROM job');

// --- random users and jobs -------------------------------------------------

const letters = 'abcdefghijklmnopqrstuvwxyz';
class World {
	constructor(random) {
		this.random = random;
	}

	word() {
		return this.random.letters(letters, 4, 12);
	}

	// From few numbers, so that jobs take, free and swap them.
	number(low) {
		return String(low + this.random.below(12));
	}

	row(isNew) {
		const { random } = this;
		const maybe = (p, make) => (random.chance(p) ? make() : {});
		return {
			...(isNew || random.chance(0.4) ? { firstname: this.word() } : {}),
			...maybe(0.4, () => ({ lastname: random.of(['', this.word()]) })),
			...maybe(0.3, () => ({ email: random.of(['', `${this.word()}@example.org`]) })),
			...maybe(0.3, () => ({ userfield: random.of(['', this.word()]), ring_seconds: String(5 * random.below(20)) })),
			...maybe(0.3, () => ({ enabled: String(random.below(2)), call_permission_password: random.of(['', this.number(1000)]) })),
			...maybe(0.5, () => ({ line_protocol: 'sip', context: 'default', exten: this.number(1000000) })),
			...maybe(0.3, () => ({ sip_username: this.word(), sip_secret: this.word() })),
			...maybe(0.4, () => ({ incall_exten: this.number(2000000), incall_context: 'from-extern', incall_ring_seconds: random.of(['', '10']) })),
			...maybe(0.4, () => ({ voicemail_name: this.word(), voicemail_number: this.number(1000000), voicemail_context: 'default' })),
			...maybe(0.3, () => ({ voicemail_password: random.of(['', '1234', '98765']), voicemail_email: `${this.word()}@example.org` })),
			...maybe(0.3, () => ({ labels: random.some(['support', 'Île-de-France']).join(';') })),
			...maybe(0.3, () => ({ call_permissions: random.some(['international', 'mobile']).join(';') })),
		};
	}

	// Random jobs are often refused: the first one of the kind that is applied.
	async applied(make) {
		for (let tries = 0; tries < 60; tries++) {
			const job = await make();
			if (job?.state === 'done')
				return job;
			assert.ok(!job || job.errors > 0, `job ${job?.id} is ${job?.state} without an error`);
		}
		return null;
	}

	async uuids(most) {
		return this.random.some((await jobs.sql('SELECT uuid FROM users WHERE tenant_id = 1 ORDER BY id')).map((row) => row.uuid), most);
	}

	import() {
		return this.applied(() => jobs.run('import', csv(Array.from({ length: 1 + this.random.below(3) }, () => this.row(true)))));
	}

	update() {
		return this.applied(async () => {
			const uuids = await this.uuids(3);
			const like = this.row(false);
			return uuids.length === 0 || Object.keys(like).length === 0 ? null
				: jobs.run('update', csv(uuids.map((uuid) => {
					const row = { ...this.row(true), ...this.row(false) };
					return { uuid, ...Object.fromEntries(Object.keys(like).map((column) => [column, row[column] ?? like[column]])) };
				})));
		});
	}

	async delete() {
		const [uuid] = await this.uuids(1);
		if (!uuid)
			return null;
		const answer = await alice.delete(`/1.1/users/${uuid}`);
		assert.equal(answer.status, 204);
		return { id: await lastJob() };
	}
}

describe(`random jobs, seed ${seed}`, () => {
	test('are taken back, and done again', async () => {
		const world = new World(new Random(seed));
		for (let run = 0; run < runs; run++) {
			await world.import();
			for (const kind of ['update', 'import', 'delete']) {
				const before = await content();
				const job = await world[kind]();
				if (!job)
					continue;
				const left = await content();
				const name = `SEED=${seed}, run ${run}: ${kind}, job ${job.id}`;
				const taken = await undo(job.id);
				done(taken);
				assert.deepEqual(await content(), before, name);
				const again = await undo(taken.id);
				done(again);
				assert.deepEqual(await content(), left, `${name}: redo`);
			}
		}
	});

	test('with edits in between the edits stay, and all else comes back', async () => {
		const world = new World(new Random(seed + 1));
		const editable = ['firstname', 'lastname', 'userfield', 'ring_seconds', 'outgoing_caller_id'];
		for (let run = 0; run < runs; run++) {
			await world.import();
			const before = await cells();
			const job = await world.update();
			const between = await cells();
			const edit = job && await world.applied(async () => {
				const uuids = await world.uuids(3);
				const column = world.random.of(editable);
				return uuids.length && jobs.run('update', csv(uuids.map((uuid) => ({ uuid,
					[column]: column === 'ring_seconds' ? '55' : world.word() }))));
			});
			if (!edit)
				continue;
			const edited = await cells();
			done(await undo(job.id));
			const expected = Object.fromEntries(Object.entries(before).map(([uuid, user]) => [uuid,
				Object.fromEntries(Object.keys(user).map((column) => [column,
					edited[uuid][column] !== between[uuid][column] ? edited[uuid][column] : user[column]]))]));
			assert.deepEqual(await cells(), expected, `SEED=${seed}, run ${run}`);
		}
	});
});
