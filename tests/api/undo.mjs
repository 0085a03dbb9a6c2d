// Undo: what a job did is taken back, all of it and nothing else.
//
// As a property: a random site, a random job of each kind, its undo: every row is as it
// was and the export equal byte for byte; undone again, every row is as the job had left it.
// With any edits in between the edits stay, and all else comes back or a warning says why
// not, or the undo is refused with the reason and changes nothing.  The same where the setup
// changed in between.  The seed is printed; SEED=n repeats it, RUNS=n makes more of them.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf, csv, jobOf } from '../lib/api.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { Random } from '../lib/random.mjs';
import { wideSite } from '../lib/wide.mjs';
import { Setup, World } from '../lib/world.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 1e9);
const runs = Number(process.env.RUNS ?? 4);

let site, jobs, alice, client;
before(async () => {
	site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	alice = apiOf(site, 'alice');
	client = await site.client('alice');
});
after(() => jobs?.close());

const exported = async () => (await alice.get('/1.1/users/export')).text;
// The users as files have them, the items of lists one by one, and what the setup has by its id: {uuid: {cell: value}}.
async function cells() {
	const users = await jobs.value(`SELECT coalesce(json_object_agg(r.uuid, to_jsonb(r) - 'provisioning_code'
		- ARRAY(SELECT key FROM jsonb_object_keys(to_jsonb(r)) AS key WHERE key LIKE 'voicemail%')
		|| jsonb_build_object('voicemail', u.voicemail_id, 'line_site', line.line_template_id,
			'labels', (SELECT string_agg(label_id::text, ';') FROM user_label m WHERE m.user_id = u.id),
			'call_permissions', (SELECT string_agg(call_permission_id::text, ';') FROM user_call_permission m WHERE m.user_id = u.id))), '{}')
		FROM user_row r JOIN users u USING (uuid) LEFT JOIN line ON line.user_id = u.id`);
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

// Undoes a job in one of three ways: at once, by the API, or checked and then applied.  What it only checks changes nothing.
async function undoSomehow(random, id) {
	if (random.chance(0.6))
		return jobs.undo(id);
	const now = await jobs.content();
	const answer = await alice.request('POST', `/1.1/imports/${id}/undo?dry_run=1`);
	assert.ok([200, 201, 202, 400].includes(answer.status), answer.text);
	const checked = await jobs.ended(await lastJob());
	assert.deepEqual(await jobs.content(), now, 'a check changes nothing');
	if (checked.state !== 'checked')
		return checked;
	const { status, text } = await alice.apply(checked.id);
	assert.ok([200, 201, 202].includes(status), text);
	return jobs.ended(checked.id);
}

const kinds = ['update', 'sync', 'change', 'import', 'delete', 'add', 'edit', 'action'];

describe(`random jobs, seed ${seed}`, () => {
	test('are taken back, and done again', async () => {
		const world = new World(new Random(seed), { jobs, alice, client });
		const made = new Set();
		for (let run = 0; run < runs; run++) {
			await world.import();
			for (const kind of kinds) {
				const before = await jobs.content();
				const file = await exported();
				const job = await world[kind]();
				if (!job)
					continue;
				made.add(kind);
				const left = await jobs.content();
				const name = `SEED=${seed}, run ${run}: ${kind}, job ${job.id}`;
				const taken = await undoSomehow(world.random, job.id);
				done(taken);
				assert.deepEqual(await jobs.content(), before, name);
				assert.equal(await exported(), file, `${name}: export`);
				const again = await undoSomehow(world.random, taken.id);
				done(again);
				assert.deepEqual(await jobs.content(), left, `${name}: redo`);
				if (world.random.chance(0.3)) {
					done(await jobs.undo(again.id));
					assert.deepEqual(await jobs.content(), before, `${name}: the redo undone`);
				}
			}
		}
		assert.ok(made.size === kinds.length || runs < 4, `of each kind one is undone: ${[...made].join()}`);
	});

	// Undoes a random job after `between`; resolves to the job of the undo, or null where there was none.
	async function undoneAfter(world, run, between) {
		await world.import();
		const before = await cells();
		const job = await world[world.random.of([...kinds, 'update'])]();
		const left = await cells();
		const what = await between();
		const edited = await cells();
		if (!job)
			return null;
		const taken = await undoSomehow(world.random, job.id);
		const name = `SEED=${seed}, run ${run}: job ${job.id}, ${what ?? ''} undo ${taken.id}`;
		const after = await cells();
		if (taken.state !== 'done') {
			assert.ok(taken.state === 'failed' && taken.issues.some((issue) => /^(taken|exten_range)/.test(issue.key)),
				`${name}: ${taken.state} ${JSON.stringify(taken.issues)}`);
			assert.deepEqual(after, edited, name);
		} else {
			assertMerged({ before, between: left, edited, after }, taken, name);
			assertAlone({ before, edited, after }, name);
		}
		return taken;
	}

	test('with edits in between the edits stay, and what does not come back is told', async () => {
		const world = new World(new Random(seed + 1), { jobs, alice, client });
		let undone = 0;
		for (let run = 0; run < runs; run++) {
			const taken = await undoneAfter(world, run, async () => {
				for (let edits = 1 + world.random.below(3); edits > 0; edits--)
					await world[world.random.of([...kinds, 'update'])]();
			});
			undone += taken?.state === 'done' ? 1 : 0;
		}
		assert.ok(undone > 0 || runs < 4, 'some of them are undone');
	});

	test('with changes of the setup in between all that still fits comes back, or nothing', async () => {
		const random = new Random(seed + 2);
		const [world, setup] = [new World(random, { jobs, alice, client }), new Setup(random, { jobs, alice })];
		const ends = {};
		for (let run = 0; run < runs; run++) {
			const again = await setup.remember();
			const taken = await undoneAfter(world, run, async () => {
				const changes = [];
				for (let n = 1 + random.below(4); n > 0; n--)
					changes.push(await setup.any());
				return changes.filter(Boolean).join(', ');
			});
			ends[taken?.state] = (ends[taken?.state] ?? 0) + 1;
			await again();
		}
		console.log(`# with changes of the setup: ${JSON.stringify(ends)}`);
		assert.ok(ends.done > 0 || runs < 4, 'some of them are undone');
	});
});

// Which columns a warning about one of them speaks of: a number and its context, an account.
const groups = [/^(exten|context|line_|sip_)/, /^incall/, /^voicemail/, /^(cti_|username|password)/, /^labels/, /^call_permissions/];
const groupOf = (column) => groups.find((group) => group.test(column)) ?? new RegExp(`^${column}$`);

// Nobody gets into a voicemail with somebody who did not share it before the job.
function assertAlone({ before, edited, after }, name) {
	const had = (all, id, voicemail) => all[id]?.voicemail === voicemail;
	for (const voicemail of new Set(Object.values(after).map((user) => user.voicemail).filter(Boolean))) {
		const users = Object.keys(after).filter((id) => had(after, id, voicemail));
		assert.ok(users.length === 1 || users.every((id) => had(edited, id, voicemail)) || users.every((id) => had(before, id, voicemail)),
			`${name}: ${users} share voicemail ${voicemail}: ${JSON.stringify(users.map((id) => [before[id]?.voicemail, edited[id]?.voicemail]))}`);
	}
}

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

	test('a leaver whose number the newcomer keeps is told by name, and gets the rest back', async () => {
		done(await jobs.run('import', csv([{ firstname: 'Leaver', userfield: 'L1', incall_exten: '2000900', incall_context: 'from-extern' }])));
		const sync = await jobs.run('update', csv([{ userfield: 'L1', firstname: '', incall_exten: '', incall_context: '', _delete: '1' },
			{ userfield: 'N1', firstname: 'Newcomer', incall_exten: '2000900', incall_context: 'from-extern', _delete: '' }]),
		{ options: { match: 'userfield', create: '1' } });
		done(sync);
		const newcomer = (await jobs.sql("SELECT uuid FROM users WHERE firstname = 'Newcomer'"))[0].uuid;
		done(await jobs.run('update', csv([{ uuid: newcomer, lastname: 'Stays' }])));
		const taken = await jobs.undo(sync.id);
		done(taken);
		assert.deepEqual(taken.issues.map(({ key, column, value, params }) => [key, column, value, params.user]),
			[['kept.user', null, null, 'Newcomer Stays'], ['kept.gone', 'incall_exten', '2000900', 'Leaver']]);
		assert.deepEqual(await jobs.sql("SELECT firstname, incall_exten FROM user_row WHERE userfield IN ('L1', 'N1') ORDER BY firstname"),
			[{ firstname: 'Leaver', incall_exten: null }, { firstname: 'Newcomer', incall_exten: '2000900' }]);
	});

	test('a number that went to somebody else since is told of both', async () => {
		done(await jobs.run('import', csv([{ firstname: 'First' }, { firstname: 'Second' }])));
		const [first, second] = (await jobs.sql("SELECT uuid FROM users WHERE firstname IN ('First', 'Second') ORDER BY id")).map((row) => row.uuid);
		const incall = (uuid, incall_exten) => ({ uuid, incall_exten, incall_context: incall_exten && 'from-extern' });
		done(await jobs.run('update', csv([incall(first, '2000901')])));
		const job = await jobs.run('update', csv([incall(first, '')]));
		done(await jobs.run('update', csv([incall(second, '2000901')])));
		const taken = await jobs.undo(job.id);
		done(taken);
		assert.deepEqual(taken.issues.map(({ key, column, value, params }) => [key, column, value, params.user]).sort(),
			[['kept.cell', 'incall_exten', '2000901', 'Second'], ['kept.gone', 'incall_exten', '2000901', 'First']]);
	});

	test('a number that a job changed stays where somebody else has it since', async () => {
		done(await jobs.run('import', csv([{ firstname: 'Giver', incall_exten: '2000910', incall_context: 'from-extern' }, { firstname: 'Taker' }])));
		const [giver, taker] = (await jobs.sql("SELECT uuid FROM users WHERE firstname IN ('Giver', 'Taker') ORDER BY id")).map((row) => row.uuid);
		const incall = (uuid, incall_exten) => ({ uuid, incall_exten, incall_context: incall_exten && 'from-extern' });
		const job = await jobs.run('update', csv([incall(giver, '2000911')]));
		done(job);
		done(await jobs.run('update', csv([incall(giver, ''), incall(taker, '2000911')])));
		for (const options of [{}, { force: '1' }]) {
			const taken = await jobs.undo(job.id, options);
			done(taken);
			assert.equal(await jobs.value(`SELECT incall_exten FROM user_row WHERE uuid = '${taker}'`), '2000911');
			assert.ok(taken.issues.length > 0 || await jobs.value(`SELECT incall_exten FROM user_row WHERE uuid = '${giver}'`) === '2000910', 'all is back, or told');
		}
	});
});

describe('A voicemail', () => {
	const voicemail = (number, more = {}) => ({ voicemail_name: 'Box', voicemail_number: number, voicemail_context: 'default', ...more });
	const uuidOf = (firstname) => jobs.value(`SELECT uuid FROM users WHERE firstname = '${firstname}'`);
	const numberOf = (firstname) => jobs.value(`SELECT voicemail_number FROM user_row WHERE firstname = '${firstname}'`);
	const made = async (...rows) => done(await jobs.run('import', csv(rows)));
	const free = async (firstname) => jobs.run('update', csv([{ uuid: await uuidOf(firstname), voicemail_number: '' }]));
	const told = (job) => job.issues.map(({ key, column, value, params }) => [key, column, value, params?.user]);
	const remove = async (firstname, query = '') => {
		assert.equal((await alice.delete(`/1.1/users/${await uuidOf(firstname)}${query}`)).status, 204);
		return lastJob();
	};

	test('that somebody else got since does not come back, and is shared only where that is asked for', async () => {
		await made({ firstname: 'Amelie', ...voicemail('1001101') });
		const freed = await free('Amelie');
		await made({ firstname: 'Vic', ...voicemail('1001101', { voicemail_name: 'Vic', voicemail_password: '4711' }) });
		const kept = await jobs.undo(freed.id);
		done(kept);
		assert.deepEqual(told(kept), [['kept.gone', 'voicemail_number', '1001101', 'Amelie']]);
		assert.deepEqual([await numberOf('Amelie'), await numberOf('Vic')], [null, '1001101']);
		const forced = await jobs.undo(freed.id, { force: '1' });
		done(forced);
		assert.deepEqual(told(forced), [['shared.used', 'voicemail_number', '1001101', 'Amelie']]);
		assert.deepEqual([await numberOf('Amelie'), await numberOf('Vic')], ['1001101', '1001101']);
	});

	test('that an heir has, or has had, does not come back with a user who was deleted', async () => {
		await made({ firstname: 'Del', ...voicemail('1001102') });
		const deletion = await remove('Del');
		await made({ firstname: 'Heir', ...voicemail('1001102', { voicemail_name: 'Heir', voicemail_email: 'heir@example.org' }) });
		const taken = await jobs.undo(deletion);
		done(taken);
		assert.deepEqual(told(taken), [['kept.gone', 'voicemail_number', '1001102', 'Del']]);
		assert.deepEqual([await numberOf('Del'), await numberOf('Heir')], [null, '1001102']);
		// Undone and done again, it does not come back either: not even where nobody has it, as it is the heir's.
		const again = await jobs.undo(taken.id);
		done(again);
		await remove('Heir');
		const last = await jobs.undo(again.id);
		done(last);
		assert.equal(await numberOf('Del'), null);
		await remove('Del');
		await made({ firstname: 'Quitter', ...voicemail('1001103') });
		const left = await remove('Quitter');
		await made({ firstname: 'Guest', ...voicemail('1001103', { voicemail_name: 'Guest' }) });
		await remove('Guest');
		const back = await jobs.undo(left);
		done(back);
		assert.deepEqual(told(back), [['kept.gone', 'voicemail_number', '1001103', 'Quitter']]);
		assert.equal(await numberOf('Quitter'), null);
	});

	test('that was shared before comes back, with the same users and all that was made of it in between', async () => {
		await made({ firstname: 'One', ...voicemail('1001104') });
		await made({ firstname: 'Two', ...voicemail('1001104') });
		const freed = await free('One');
		await jobs.run('update', csv([{ uuid: await uuidOf('Two'), voicemail_email: 'two@example.org' }]));
		const taken = await jobs.undo(freed.id);
		done(taken);
		assert.deepEqual(told(taken), []);
		assert.deepEqual([await numberOf('One'), await numberOf('Two')], ['1001104', '1001104']);
		const deletion = await remove('One', '?voicemail=keep');
		// Leaves and comes back.
		const left = await free('Two');
		done(await jobs.undo(left.id));
		const back = await jobs.undo(deletion);
		done(back);
		assert.deepEqual([await numberOf('One'), await numberOf('Two'), told(back)], ['1001104', '1001104', []]);
	});

	test('that is free again as it was comes back', async () => {
		await made({ firstname: 'Own', ...voicemail('1001105', { voicemail_password: '1234' }) });
		const freed = await free('Own');
		const guest = await jobs.run('import', csv([{ firstname: 'Passer', ...voicemail('1001105', { voicemail_password: '4321' }) }]));
		done(await jobs.undo(guest.id));
		const taken = await jobs.undo(freed.id);
		done(taken);
		assert.deepEqual([told(taken), await numberOf('Own')], [[], '1001105']);
		assert.equal(await jobs.value("SELECT voicemail_password FROM user_row WHERE firstname = 'Own'"), '1234');
	});

	test('whose user keeps it, as the one before is gone, is not deleted', async () => {
		await made({ firstname: 'Mover', ...voicemail('1001106') }, { firstname: 'Mate', ...voicemail('1001106') });
		const moved = await jobs.run('update', csv([{ uuid: await uuidOf('Mover'), voicemail_number: '1001107', voicemail_name: 'New' }]));
		done(moved);
		await free('Mate');
		await made({ firstname: 'Finder', ...voicemail('1001106', { voicemail_name: 'Finder' }) });
		const taken = await jobs.undo(moved.id);
		done(taken);
		assert.deepEqual([await numberOf('Mover'), await numberOf('Finder')], ['1001107', '1001106']);
		assert.ok(told(taken).some(([key, column, value, user]) => key === 'kept.gone' && column === 'voicemail_number' && value === '1001106' && user === 'Mover'),
			JSON.stringify(told(taken)));
		await made({ firstname: 'Goer', ...voicemail('1001108') }, { firstname: 'Fellow', ...voicemail('1001108') });
		const went = await jobs.run('update', csv([{ uuid: await uuidOf('Goer'), voicemail_number: '1001109', voicemail_name: 'New' }]));
		done(went);
		await remove('Fellow', '?voicemail=delete');
		const gone = await jobs.undo(went.id);
		done(gone);
		assert.equal(await numberOf('Goer'), '1001109');
		assert.ok(told(gone).some(([key, column, , user]) => key === 'kept.gone' && column === 'voicemail_number' && user === 'Goer'), JSON.stringify(told(gone)));
	});

	test('that another user has by now keeps what that one has in it', async () => {
		await made({ firstname: 'Origin', ...voicemail('1001110', { voicemail_name: 'Origin', voicemail_email: 'first@example.org' }) });
		await free('Origin');
		const second = await jobs.run('import', csv([{ firstname: 'Later', ...voicemail('1001110', { voicemail_name: 'Later' }) }]));
		await made({ firstname: 'Joins', ...voicemail('1001110') });
		done(await jobs.undo(second.id));
		assert.deepEqual(await jobs.sql("SELECT firstname, voicemail_name, voicemail_email FROM user_row WHERE voicemail_number = '1001110'"),
			[{ firstname: 'Joins', voicemail_name: 'Later', voicemail_email: null }]);
	});
});

describe('The plan', () => {
	const planned = async (id) => {
		const answer = await alice.request('POST', `/1.1/imports/${id}/undo?dry_run=1`);
		assert.equal(answer.status, 200, answer.text);
		return answer.json.plan;
	};

	test('of an import counts what is deleted along with its users', async () => {
		const made = await alice.import(csv({ firstname: 'Planned', line_protocol: 'sip', context: 'default', exten: '1000920', labels: 'support',
			call_permissions: 'international;mobile', voicemail_name: 'P', voicemail_number: '1000920', voicemail_context: 'default',
			incall_exten: '2000920', incall_context: 'from-extern' }, { firstname: 'Bare' }));
		assert.equal(made.status, 201, made.text);
		const { resources, ...people } = await planned(jobOf(made));
		assert.deepEqual([people.create, people.update, people.remove], [0, 0, 2]);
		assert.deepEqual(Object.fromEntries(Object.entries(resources).map(([name, of]) => [name, [of.create, of.update, of.remove]])),
			{ lines: [0, 0, 1], extensions: [0, 0, 1], incalls: [0, 0, 1], voicemails: [0, 0, 1], call_permissions: [0, 0, 2], labels: [0, 0, 1] });
		const page = await client.get(`/services/ipbx/imports/${await lastJob()}`);
		assert.match(page.text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '), /Lignes téléphoniques 0 0 1 Extensions 0 0 1 .*Étiquettes 0 0 1/);
	});

	test('of a synchronisation counts each row once', async () => {
		const made = await alice.update(csv({ userfield: 'sync-new', firstname: 'Synced', line_protocol: 'sip', context: 'default', exten: '1000921',
			labels: 'support' }), {}, '?match=userfield&create=1');
		assert.equal(made.status, 200, made.text);
		const { resources, remove } = await planned(jobOf(made));
		assert.deepEqual([remove, resources.lines.remove, resources.extensions.remove, resources.labels.remove], [1, 1, 1, 1]);
	});
});

describe('The plan shows lists as a whole', () => {
	const lists = ['labels', 'call_permissions', 'incall_exten', 'incall_context', 'incall_ring_seconds'];
	// What the plan of the undo, and a check of the file that does the same, say of the lists of a user.
	const cells = (changes, uuid) => Object.fromEntries(changes.filter((change) => change.uuid === uuid && lists.includes(change.column))
		.map((change) => [change.column, [change.old, change.new]]));
	const plan = async (id) => {
		const answer = await alice.request('POST', `/1.1/imports/${id}/undo?dry_run=1`);
		assert.equal(answer.status, 200, answer.text);
		return answer.json.changes;
	};

	test('of labels, permissions and incoming numbers, before and after', async () => {
		await jobs.psql("INSERT INTO label (tenant_id, name) VALUES (1, 'night; shift'), (1, 'Sales')");
		done(await jobs.run('import', csv([{ firstname: 'Lister', labels: 'support;Sales', call_permissions: 'mobile',
			incall_exten: '2000931;2000932', incall_context: 'from-extern;from-extern', incall_ring_seconds: '10;' }, { firstname: 'Lister2' }])));
		const { uuid } = (await jobs.sql("SELECT uuid FROM users WHERE firstname = 'Lister'"))[0];
		const was = (await jobs.sql(`SELECT labels, call_permissions, incall_exten, incall_context, incall_ring_seconds FROM user_row WHERE uuid = '${uuid}'`))[0];
		const job = await jobs.run('update', csv([{ uuid, labels: 'support;Sales;night\\; shift', call_permissions: 'mobile;international',
			incall_exten: '2000931;2000933', incall_context: 'from-extern;from-extern', incall_ring_seconds: '10;20' }]), { options: { replace_incalls: '1' } });
		done(job);
		const changes = await plan(job.id);
		assert.deepEqual(cells(changes, uuid), { labels: ['Sales;night\\; shift;support', 'Sales;support'], call_permissions: ['international;mobile', 'mobile'],
			incall_exten: ['2000931;2000933', '2000931;2000932'], incall_ring_seconds: ['10;20', '10;'] });
		const checked = await alice.update(csv({ uuid, ...was }), {}, '?dry_run=1&replace_incalls=1');
		assert.deepEqual(cells(changes, uuid), cells(checked.json.changes, uuid), 'as a check of the same says it');
		await alice.delete(`/1.1/users/${uuid}`);
		assert.deepEqual(cells(await plan(await lastJob()), uuid), { labels: [null, 'Sales;night\\; shift;support'], call_permissions: [null, 'international;mobile'],
			incall_exten: [null, '2000931;2000933'], incall_context: [null, 'from-extern;from-extern'], incall_ring_seconds: [null, '10;20'] });
	});

	test('of a number that goes back from one user to another, of both', async () => {
		done(await jobs.run('import', csv([{ firstname: 'Lender', incall_exten: '2000934;2000935', incall_context: 'from-extern;from-extern' }, { firstname: 'Borrower' }])));
		const [lender, borrower] = (await jobs.sql("SELECT uuid FROM users WHERE firstname IN ('Lender', 'Borrower') ORDER BY id")).map((row) => row.uuid);
		const job = await jobs.run('update', csv([{ uuid: lender, incall_exten: '2000935', incall_context: 'from-extern' },
			{ uuid: borrower, incall_exten: '2000934', incall_context: 'from-extern' }]), { options: { replace_incalls: '1' } });
		done(job);
		const changes = await plan(job.id);
		assert.deepEqual([cells(changes, lender).incall_exten, cells(changes, borrower).incall_exten], [['2000935', '2000934;2000935'], ['2000934', null]]);
	});
});

describe('The report', () => {
	const tabs = (text) => [...text.matchAll(/<li><a href="[^"]*show=(\w+)"( aria-current="page")?>[^<]*(?:<span class="tab-n">([^<]*))?/g)]
		.map(([, name, current, n]) => [name, n ?? null, current !== undefined]);
	const shown = async (id) => tabs((await client.get(`/services/ipbx/imports/${id}`)).text);
	const users = (all) => all.find(([name]) => name === 'users');

	test('lists those who came back, if there are any, and else opens the changes', async () => {
		const made = await jobs.run('import', csv([{ firstname: 'Tab', userfield: 'tab-1' }, { firstname: 'Tabby', userfield: 'tab-2' }]));
		const [tab] = await jobs.sql("SELECT uuid FROM users WHERE userfield = 'tab-1'");
		const update = await jobs.run('update', csv([{ uuid: tab.uuid, lastname: 'Changed' }]));
		const back = await jobs.undo(update.id);
		done(back);
		assert.deepEqual([users(await shown(back.id)), (await shown(back.id)).find(([, , current]) => current)[0]], [undefined, 'changes']);
		const sync = await jobs.run('update', csv([{ userfield: 'tab-1', firstname: 'Tab', lastname: 'Other', _delete: '' },
			{ userfield: 'tab-2', firstname: '', lastname: '', _delete: '1' }]), { options: { match: 'userfield' } });
		done(sync);
		const both = await jobs.undo(sync.id);
		done(both);
		assert.deepEqual(both.counts, { users: 1, changed: 1, deleted: 0 });
		assert.deepEqual(users(await shown(both.id)), ['users', '1', true]);
		const gone = await jobs.undo(made.id, { force: '1' });
		done(gone);
		assert.deepEqual([users(await shown(gone.id)), (await shown(gone.id)).find(([, , current]) => current)[0]], [undefined, 'changes']);
	});

	// The lines of a page of changes: what a job did that nobody had checked before.
	const changes = async (id, page = 1) => {
		const { text } = await client.get(`/services/ipbx/imports/${id}?show=changes&page=${page}`);
		const list = /<table class="changes[\s\S]*?<\/table>/.exec(text)?.[0] ?? '';
		return { tab: tabs(text).find(([name]) => name === 'changes')[1], lines: [...list.matchAll(/<tr><td class="number"[\s\S]*?<\/tr>/g)].map(([line]) => line),
			pager: text.replace(/<[^>]*>/g, ' ').match(/\d+–\d+ sur \d+|Page \d+ sur \d+/)?.[0] };
	};
	const many = async (name, n) => {
		done(await jobs.run('import', csv(Array.from({ length: n }, (_, i) => ({ firstname: `${name}${i}`, userfield: name })))));
		return (await jobs.sql(`SELECT uuid FROM users WHERE userfield = '${name}' ORDER BY id`)).map((row) => row.uuid);
	};

	test('counts the changes that it shows, line by line', async () => {
		const [uuid] = await many('Counted', 1);
		const one = await jobs.run('update', csv([{ uuid, lastname: 'A', email: 'counted@example.org', labels: 'support' }]));
		done(one);
		const shown = await changes(one.id);
		assert.deepEqual([shown.tab, shown.lines.length, shown.pager], ['3', 3, '1–3 sur 3']);
		const uuids = await many('Paged', 70);
		const all = await jobs.run('update', csv(uuids.map((uuid, i) => ({ uuid, lastname: `L${i}`, mobile_phone_number: `06000${1000 + i}`, labels: 'support' }))));
		done(all);
		const pages = [await changes(all.id), await changes(all.id, 2), await changes(all.id, 3)];
		assert.deepEqual(pages.map(({ tab, lines, pager }) => [tab, lines.length, pager]),
			[['210', 100, '1–100 sur 210'], ['210', 100, '101–200 sur 210'], ['210', 10, '201–210 sur 210']]);
		assert.equal(new Set(pages.flatMap(({ lines }) => lines)).size, 210);
	});

	test('of more changes than are counted says how many users have them', async () => {
		const uuids = await many('Large', 501);
		const job = await jobs.run('update', csv(uuids.map((uuid, i) => ({ uuid, lastname: `L${i}`, mobile_phone_number: `06000${1000 + i}` }))));
		done(job);
		const pages = [await changes(job.id), await changes(job.id, 6)];
		assert.deepEqual(pages.map(({ tab, lines, pager }) => [tab, lines.length, pager]), [['501 utilisateurs', 200, 'Page 1 sur 6'], ['501 utilisateurs', 2, 'Page 6 sur 6']]);
	});
});
