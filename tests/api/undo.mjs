// Undo: what a job did is taken back, all of it and nothing else.
//
// As a property: a random site, a random job of each kind, its undo: every row is as it
// was and the export equal byte for byte; undone again, every row is as the job had left it.
// With any edits in between the edits stay, and all else comes back or a warning says why
// not.  The seed is printed; SEED=n repeats it, RUNS=n makes more of them.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf, csv } from '../lib/api.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { Random } from '../lib/random.mjs';
import { wideSite } from '../lib/wide.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const runs = Number(process.env.RUNS ?? 4);

let site, jobs, alice;
before(async () => {
	site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	alice = apiOf(site, 'alice');
});
after(() => jobs?.close());

const exported = async () => (await alice.get('/1.1/users/export')).text;
// The users as files have them, the items of lists one by one: {uuid: {cell: value}}.
async function cells() {
	const users = await jobs.value(`SELECT coalesce(json_object_agg(r.uuid, to_jsonb(r) - 'provisioning_code'
		- ARRAY(SELECT key FROM jsonb_object_keys(to_jsonb(r)) AS key WHERE key LIKE 'voicemail%')
		|| jsonb_build_object('voicemail', u.voicemail_id)), '{}') FROM user_row r JOIN users u USING (uuid)`);
	for (const user of Object.values(users)) {
		for (const list of ['labels', 'call_permissions']) {
			for (const item of user[list]?.split(';') ?? [])
				user[`${list} ${item}`] = true;
			delete user[list];
		}
		const rings = user.incall_ring_seconds?.split(';') ?? [];
		user.incall_exten?.split(';').forEach((number, i) => { user[`incall_exten ${number}`] = rings[i] ?? ''; });
		for (const column of ['incall_exten', 'incall_context', 'incall_ring_seconds'])
			delete user[column];
	}
	// A voicemail is nobody's alone: what is in it is its own.
	return { ...users, ...await jobs.value(`SELECT coalesce(json_object_agg('voicemail ' || id, to_jsonb(v) - 'id'), '{}') FROM voicemail v`) };
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

	// A sheet that finds people by another column, makes the missing, and deletes or disables others.
	sync() {
		return this.applied(async () => {
			const { random } = this;
			const key = random.of(['email', 'userfield', 'username']);
			const there = (await jobs.sql(`SELECT ${key} AS key FROM users WHERE tenant_id = 1 AND ${key} IS NOT NULL ORDER BY id`)).map((row) => row.key);
			const keys = [...random.some(there, 4), ...(random.chance(0.6) ? [key === 'email' ? `${this.word()}@example.org` : this.word()] : [])];
			const like = { ...this.row(true), ...this.row(false) };
			const rows = keys.map((value) => {
				const row = { ...this.row(true), ...this.row(false) };
				return { ...Object.fromEntries(Object.keys(like).map((column) => [column, row[column] ?? like[column]])), [key]: value,
					...(random.chance(0.9) ? {} : { _delete: '1' }) };
			});
			const options = { match: key, create: '1', absent: random.of(['keep', 'disable', 'delete']), voicemail: random.of(['keep', 'delete']),
				replace_incalls: '1', zeros: 'lost' };
			const job = rows.length === 0 ? null : await jobs.run('update', csv(rows), { options });
			const limit = job?.issues.find((issue) => issue.key === 'absent_limit');
			return limit ? jobs.run('update', csv(rows), { options: { ...options, absent_confirm: limit.params.n } }) : job;
		});
	}

	// One user by the API.
	change() {
		return this.applied(async () => {
			const [uuid] = await this.uuids(1);
			const answer = uuid && await alice.request('PUT', `/1.1/users/${uuid}`, { headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ lastname: this.word(), enabled: this.random.chance(0.5), ...(this.random.chance(0.5) ? { email: null } : {}) }) });
			return answer?.status === 204 ? { id: await lastJob(), state: 'done' } : null;
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
		const made = new Set();
		for (let run = 0; run < runs; run++) {
			await world.import();
			for (const kind of ['update', 'sync', 'change', 'import', 'delete']) {
				const before = await jobs.content();
				const file = await exported();
				const job = await world[kind]();
				if (!job)
					continue;
				made.add(kind);
				const left = await jobs.content();
				const name = `SEED=${seed}, run ${run}: ${kind}, job ${job.id}`;
				const taken = await jobs.undo(job.id);
				done(taken);
				assert.deepEqual(await jobs.content(), before, name);
				assert.equal(await exported(), file, `${name}: export`);
				const again = await jobs.undo(taken.id);
				done(again);
				assert.deepEqual(await jobs.content(), left, `${name}: redo`);
				if (world.random.chance(0.3)) {
					done(await jobs.undo(again.id));
					assert.deepEqual(await jobs.content(), before, `${name}: the redo undone`);
				}
			}
		}
		assert.ok(made.size === 5 || runs < 4, `of each kind one is undone: ${[...made].join()}`);
	});

	test('with edits in between the edits stay, and what does not come back is told', async () => {
		const random = new Random(seed + 1);
		const world = new World(random);
		let undone = 0;
		for (let run = 0; run < runs; run++) {
			await world.import();
			const before = await cells();
			const job = await world[random.of(['update', 'update', 'sync', 'import', 'delete'])]();
			const between = await cells();
			for (let edits = 1 + random.below(3); edits > 0; edits--)
				await world[random.of(['update', 'update', 'sync', 'change', 'import', 'delete'])]();
			const edited = await cells();
			if (!job)
				continue;
			const taken = await jobs.undo(job.id);
			const name = `SEED=${seed}, run ${run}: job ${job.id}, undo ${taken.id}`;
			const after = await cells();
			if (taken.state !== 'done') {
				assert.ok(taken.state === 'failed' && taken.issues.some((issue) => /^(taken|exten_range)/.test(issue.key)),
					`${name}: ${taken.state} ${JSON.stringify(taken.issues)}`);
				assert.deepEqual(after, edited, name);
				continue;
			}
			undone++;
			assertMerged({ before, between, edited, after }, taken, name);
		}
		assert.ok(undone > 0 || runs < 4, 'some of them are undone');
	});
});

// Which columns a warning about one of them speaks of: a number and its context, an account.
const groups = [/^(exten|context|line_|sip_)/, /^incall/, /^voicemail/, /^(cti_|username|password)/, /^labels/, /^call_permissions/];
const groupOf = (column) => groups.find((group) => group.test(column)) ?? new RegExp(`^${column}$`);

// Each cell is the edit's where it was edited after the job, else as before the job, or a
// warning tells that it is not.
function assertMerged({ before, between, edited, after }, job, name) {
	for (const id of new Set([before, between, edited].flatMap(Object.keys))) {
		const isVoicemail = id.startsWith('voicemail');
		const isEdited = JSON.stringify(edited[id]) !== JSON.stringify(between[id]);
		const states = [before, between, edited, after].map((all) => all[id]);
		const whose = states.filter(Boolean).map((user) => [user.firstname, user.lastname].filter(Boolean).join(' '));
		const told = (column) => job.issues.some((issue) => (isVoicemail || !issue.params?.user || whose.includes(issue.params.user))
			&& (issue.key === 'kept.user' || groupOf(isVoicemail ? 'voicemail' : column).test(issue.column)));
		const where = `${name}, ${id}: ${JSON.stringify(states)} ${JSON.stringify(job.issues)}`;
		if (isEdited && !edited[id]) {
			assert.equal(after[id], undefined, `${where} was deleted since, and stays so`);
			continue;
		}
		const expected = isEdited || before[id];
		if (!after[id] || !expected) {
			// A user who was changed since stays, and is named, even if the cells are the same again.
			const kept = isVoicemail ? told() : job.issues.some((issue) => issue.key === 'kept.user' && whose.includes(issue.params.user));
			assert.ok(Boolean(after[id]) === Boolean(expected) || kept, `${where} is there or not`);
			continue;
		}
		for (const column of new Set(states.filter(Boolean).flatMap(Object.keys))) {
			const [was, left, edit, is] = states.map((state) => state?.[column] ?? null);
			if (edit !== left)
				assert.equal(is, edit, `${where}: the edit of ${column} stays`);
			else if (is !== was)
				assert.ok(told(column), `${where}: ${column} is '${is}', was '${was}', and no warning tells`);
		}
	}
}

describe('What was removed or deleted since', () => {
	const warnings = (job) => job.issues.map((issue) => [issue.key, issue.column, issue.value]).sort();

	test('a user comes back without the line, number and label that have no place any more', async () => {
		await jobs.psql(`INSERT INTO label (tenant_id, name) VALUES (1, 'closed');
			INSERT INTO context (tenant_id, name, type) VALUES (1, 'closed', 'internal');
			INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end) SELECT 1, id, 'user', '7000', '7999' FROM context WHERE name = 'closed'`);
		done(await jobs.run('import', csv([{ firstname: 'Removed', line_protocol: 'sip', context: 'closed', exten: '7001', labels: 'closed;support' }])));
		const { uuid } = (await jobs.sql("SELECT uuid FROM users WHERE firstname = 'Removed'"))[0];
		await alice.delete(`/1.1/users/${uuid}`);
		const deletion = await lastJob();
		await jobs.psql("DELETE FROM context_range WHERE range_start = '7000'; DELETE FROM context WHERE name = 'closed'; DELETE FROM label WHERE name = 'closed'");
		const taken = await jobs.undo(deletion);
		done(taken);
		assert.deepEqual(warnings(taken), [['kept.gone', 'exten', '7001'], ['kept.gone', 'labels', null], ['kept.gone', 'line_protocol', null]]);
		assert.deepEqual(await jobs.sql(`SELECT firstname, line_protocol, exten, labels FROM user_row WHERE uuid = '${uuid}'`),
			[{ firstname: 'Removed', line_protocol: null, exten: null, labels: 'support' }]);
	});

	test('who was deleted since is told by name', async () => {
		done(await jobs.run('import', csv([{ firstname: 'Stays' }, { firstname: 'Leaves', lastname: 'Soon' }])));
		const [stays, leaves] = (await jobs.sql("SELECT uuid FROM users WHERE firstname IN ('Stays', 'Leaves') ORDER BY id")).map((row) => row.uuid);
		const update = await jobs.run('update', csv([{ uuid: stays, userfield: 'a' }, { uuid: leaves, userfield: 'b' }]));
		await alice.delete(`/1.1/users/${leaves}`);
		const taken = await jobs.undo(update.id);
		done(taken);
		assert.deepEqual(taken.issues.map((issue) => [issue.key, issue.params]), [['kept.deleted', { user: 'Leaves Soon' }]]);
		assert.equal(await jobs.value(`SELECT userfield FROM users WHERE uuid = '${stays}'`), null);
	});

	test('a line that the user has by now is kept in place of the one that would come back', async () => {
		done(await jobs.run('import', csv([{ firstname: 'Liner' }])));
		const { uuid } = (await jobs.sql("SELECT uuid FROM users WHERE firstname = 'Liner'"))[0];
		const line = (exten) => jobs.run('update', csv([{ uuid, line_protocol: 'sip', context: 'default', exten }]));
		const first = await jobs.undo((await line('1000900')).id);
		done(first);
		done(await line('1000901'));
		const again = await jobs.undo(first.id);
		done(again);
		assert.deepEqual(warnings(again), [['kept.gone', 'exten', '1000900'], ['kept.gone', 'line_protocol', null]]);
		assert.equal(await jobs.value(`SELECT exten FROM user_row WHERE uuid = '${uuid}'`), '1000901');
	});
});
