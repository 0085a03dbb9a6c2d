// dry_run=1: what a file would do is said, and nothing of it is done.
//
// SEED=n makes the same random changes again, USERS=n more users.
import assert from 'node:assert/strict';
import test, { before, describe } from 'node:test';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv, jobOf, told } from '../lib/api.mjs';
import { Random } from '../lib/random.mjs';

let site, api, bob, root;
before(async () => {
	site = await freshSite();
	[api, bob, root] = ['alice', 'bob', 'root'].map((user) => apiOf(site, user));
});

// Checked without an error, and nothing is done: {plan, changes, warnings, id}.
async function checked(kind, file, of = api) {
	const before = await site.content();
	const answer = await of.check(kind, file);
	assert.equal(answer.status, 200, answer.text);
	assert.equal(await site.content(), before);
	const id = jobOf(answer);
	const again = await of.result(id);
	assert.deepEqual([again.status, again.json], [200, answer.json]);
	return { ...answer.json, id };
}

async function make(...rows) {
	const made = await api.import(csv(...rows));
	assert.equal(made.status, 201, made.text);
	return made.json.created.map((row) => row.user_uuid);
}

const nothing = { create: 0, update: 0, unchanged: 0, remove: 0, detach: 0 };

// A plan of which only these counts are not 0.
function plans(plan, users, resources) {
	const of = Object.fromEntries(Object.keys(plan.resources).map((name) => [name, { ...nothing, ...plan.resources[name] }]));
	const wanted = Object.fromEntries(Object.keys(plan.resources).map((name) => [name, { ...nothing, ...resources[name] }]));
	assert.deepEqual(of, wanted);
	assert.deepEqual({ create: plan.create, update: plan.update, unchanged: plan.unchanged },
		{ create: 0, update: 0, unchanged: 0, ...users });
}

const cellsOf = (changes) => changes.map(({ row_number, column, old, new: to, generated }) =>
	[row_number, column, old, generated ? '(generated)' : to]);

const phone = (exten, more) => ({ line_protocol: 'sip', context: 'default', exten, ...more });
const incall = (exten, more) => ({ incall_exten: exten, incall_context: 'from-extern', ...more });
const voicemail = (number, more) => ({ voicemail_name: 'Box', voicemail_number: number, voicemail_context: 'default', ...more });

describe('an import', () => {
	test('is planned by resource, changes no cell, and nothing is there afterwards', async () => {
		await site.psql(`INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, '1190' FROM context WHERE tenant_id = 1 AND name = 'default';
			INSERT INTO incall (tenant_id, context_id, exten) SELECT 1, id, '2190' FROM context WHERE tenant_id = 1 AND name = 'from-extern'`);
		await make({ firstname: 'Holder', ...voicemail('1191') });
		const { plan, changes, warnings, id } = await checked('import', csv(
			{ firstname: 'All', ...phone('1101'), ...incall('2101'), ...voicemail('1101'), labels: 'sales;support', call_permissions: 'mobile' },
			{ firstname: 'Free', ...phone('1190'), ...incall('2190'), ...voicemail('1191') },
			{ firstname: 'Line', line_protocol: 'sccp', context: 'default' },
			{ firstname: 'Bare', labels: 'sales' },
			{ firstname: 'Same', ...voicemail('1101') }));
		plans(plan, { create: 5 }, {
			lines: { create: 3 }, extensions: { create: 1, update: 1 }, incalls: { create: 1, update: 1 },
			voicemails: { create: 1, unchanged: 1 }, labels: { create: 3 }, call_permissions: { create: 1 },
		});
		assert.deepEqual(changes, []);
		assert.deepEqual([...new Set(told(warnings).map(([code]) => code))].sort(), ['sccp_silent', 'shared']);
		const job = await api.job(id);
		assert.deepEqual([job.state, job.dry_run, job.plan_changed, job.applied_by, job.cancelled_by, job.phase, job.counts, job.rows],
			['checked', true, false, null, null, null, {}, 5]);
		assert.deepEqual(job.plan, plan);
		assert.deepEqual([job.progress.percent, job.progress.remaining_seconds], [100, null]);
		assert.ok(job.progress.elapsed_seconds > 0);
	});

	test('with errors is answered as ever', async () => {
		const file = csv({ firstname: '', email: 'no' }, { firstname: 'A', ...phone('1190') }, { firstname: 'B', ...phone('1190') });
		const before = await site.content();
		const answer = await api.check('import', file);
		assert.equal(answer.status, 400);
		assert.equal(await site.content(), before);
		assert.equal((await api.result(jobOf(answer))).status, 400);
		assert.deepEqual((await api.job(jobOf(answer))).plan, null);
		const real = await api.import(file);
		const without = (json) => JSON.parse(JSON.stringify(json, (name, value) => (name === 'timestamp' ? 0 : value)));
		// A failed upload sent again is no repetition of anything.
		assert.deepEqual(without(answer.json.errors), without(real.json.errors));
	});

	test('of nothing is a file without rows', async () => {
		assert.equal((await api.check('import', 'firstname\n')).status, 400);
	});

	test('over all tenants is root\'s, and nobody else sees it', async () => {
		const { plan, id } = await checked('import', csv({ entity_id: 1, firstname: 'One' }, { entity_id: 2, firstname: 'Two' }), root);
		plans(plan, { create: 2 }, {});
		for (const other of [api, bob]) {
			assert.equal((await other.get(`/1.1/imports/${id}`)).status, 404);
			assert.equal((await other.result(id)).status, 404);
			assert.equal((await other.apply(id)).status, 404);
		}
		const applied = await root.apply(id);
		assert.deepEqual([applied.status, applied.json.created.length], [201, 2]);
	});

	test('does not count for one that is sent to be applied, nor the other way round', async () => {
		const file = csv({ firstname: 'Keyed' }), key = (name) => ({ 'idempotency-key': name });
		const first = await api.check('import', file, key('checked'));
		assert.equal(first.status, 200);
		assert.equal((await api.import(file, key('checked'))).status, 422);
		assert.equal(jobOf(await api.check('import', file, key('checked'))), jobOf(first));
		assert.equal((await api.import(file, key('applied'))).status, 201);
		assert.equal((await api.check('import', file, key('applied'))).status, 422);
		assert.equal((await api.export('?search=Keyed')).length, 1);
	});

	test('that does not end in time is followed by its job', async () => {
		await site.stop('worker');
		const answer = await api.import(csv({ firstname: 'Later' }), { prefer: 'respond-async' }, '?dry_run=1');
		assert.equal(answer.status, 202);
		assert.deepEqual([answer.json.state, answer.json.dry_run, answer.json.plan, answer.json.progress],
			['queued', true, null, { done: 0, total: 0, percent: 0, elapsed_seconds: 0, remaining_seconds: null }]);
		await site.start('worker');
		await site.jobEnded(answer.json.id);
		assert.equal((await api.result(answer.json.id)).json.plan.create, 1);
	});

	test('hashes no password: that is left to applying it', async () => {
		const rows = Array.from({ length: 24 }, (_, i) => ({ firstname: 'Hashed', username: `hashed${i}`, password: `plain-Secret-${i}` }));
		const { id } = await checked('import', csv(...rows));
		const check = (await api.job(id)).progress.elapsed_seconds;
		const applied = await api.apply(id);
		assert.equal(applied.status, 201, applied.text);
		const hashes = await site.sql(`SELECT DISTINCT password_hash FROM users WHERE firstname = 'Hashed'`);
		assert.equal(hashes.length, 24);
		assert.ok(hashes.every((row) => /^\$y\$/.test(row.password_hash)));
		assert.ok(check < (await api.job(id)).progress.elapsed_seconds);
	});

	test('is in the metrics', async () => {
		const { text } = await api.get('/metrics');
		assert.match(text, /^rollcall_jobs\{state="checked"\} [1-9]\d*$/m);
		assert.match(text, /^rollcall_jobs\{state="cancelled"\} \d+$/m);
		assert.ok((await api.get('/status')).json.checked > 0);
	});
});

describe('an update', () => {
	test('is planned by resource, and each cell that would change is named', async () => {
		await site.psql(`INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, '1290' FROM context WHERE tenant_id = 1 AND name = 'default'`);
		const [a, b, c, d, e, f, g] = await make(
			{ firstname: 'New', lastname: 'Phone' },
			{ firstname: 'Takes', ...phone('1202') },
			{ firstname: 'Leaves', ...incall('2203'), labels: 'sales;support', call_permissions: 'mobile' },
			{ firstname: 'Loses', ...phone('1204') },
			{ firstname: 'Voice', ...voicemail('1205') },
			{ firstname: 'Moves', ...phone('1206'), ...incall('2206'), ...voicemail('1206') },
			{ firstname: 'Same', ...phone('1207'), ...incall('2207'), ...voicemail('1207'), labels: 'sales', call_permissions: 'mobile' });
		const names = ['line_protocol', 'context', 'exten', 'incall_exten', 'incall_context', 'voicemail_name', 'voicemail_number',
			'voicemail_context', 'labels', 'call_permissions'];
		const all = await api.export();
		const row = (uuid, changes) => {
			const now = all.find((user) => user.uuid === uuid);
			return { uuid, ...Object.fromEntries(names.map((name) => [name, now[name]])), ...changes };
		};
		const { plan, changes, warnings } = await checked('update', csv(
			row(a, phone('1201')),
			row(b, { exten: '1290' }),
			row(c, { incall_exten: '', incall_context: '', labels: 'support;Île-de-France', call_permissions: '' }),
			row(d, { exten: '' }),
			row(e, { voicemail_name: '', voicemail_number: '', voicemail_context: '' }),
			row(f, { exten: '1296', incall_exten: '2296', voicemail_number: '1296' }),
			row(g)));
		plans(plan, { update: 6, unchanged: 1 }, {
			lines: { create: 1, unchanged: 4 },
			// The one of 1202 stays, free; that of 1204 is removed.
			extensions: { create: 1, update: 2, unchanged: 1, remove: 1, detach: 1 },
			incalls: { update: 1, unchanged: 1, detach: 1 },
			voicemails: { update: 1, unchanged: 1, detach: 1 },
			labels: { create: 1, unchanged: 2, remove: 1 },
			call_permissions: { unchanged: 1, remove: 1 },
		});
		assert.deepEqual(cellsOf(changes), [
			[1, 'line_protocol', null, 'sip'], [1, 'exten', null, '1201'], [1, 'context', null, 'default'], [1, 'line_site', null, 'default'],
			[1, 'sip_username', null, '(generated)'], [1, 'sip_secret', null, '(generated)'],
			[2, 'exten', '1202', '1290'],
			[3, 'labels', 'sales;support', 'support;Île-de-France'], [3, 'incall_exten', '2203', null], [3, 'incall_context', 'from-extern', null],
			[3, 'call_permissions', 'mobile', null],
			[4, 'exten', '1204', null],
			[5, 'voicemail_name', 'Box', null], [5, 'voicemail_number', '1205', null], [5, 'voicemail_context', 'default', null],
			[5, 'voicemail_delete_messages', '0', null], [5, 'voicemail_ask_password', '1', null],
			[6, 'exten', '1206', '1296'], [6, 'incall_exten', '2206', '2296'], [6, 'voicemail_number', '1206', '1296'],
		]);
		assert.deepEqual([changes[0].user, changes[0].uuid, changes[0].line], ['New Phone', a, 2]);
		assert.ok(told(warnings).every(([code]) => code === 'detached'));
	});

	// What is said of a credential: drawn where the user had none.
	const secretOf = (old, now, name) => (old[name] === '' && now[name] !== '' ? '(generated)' : now[name] || null);

	// Checks and applies the rows; the changes must be the cells that differ then.
	async function differs(rows) {
		const uuids = rows.map((row) => row.uuid);
		const users = async () => {
			const all = await api.export();
			return uuids.map((uuid) => all.find((user) => user.uuid === uuid));
		};
		const before = await users();
		const { plan, changes, id } = await checked('update', csv(...rows));
		const applied = await api.apply(id);
		assert.equal(applied.status, 200, applied.text);
		assert.deepEqual([applied.json.updated.length, applied.json.unchanged], [plan.update, plan.unchanged]);
		const now = await users();
		const differ = before.flatMap((user, i) => Object.keys(user).filter((name) => user[name] !== now[i][name] && name !== 'provisioning_code')
			.map((name) => [i + 1, name, user[name] || null,
				/^sip_/.test(name) ? secretOf(user, now[i], name) : now[i][name] || null]));
		assert.deepEqual(cellsOf(changes), differ);
		return plan.resources;
	}

	test('tells what passes from one user to the other', async () => {
		const [a, b, c] = await make(
			{ firstname: 'A', ...phone('1401'), ...incall('2401'), ...voicemail('1401', { voicemail_name: 'A' }), email: 'a@example.com' },
			{ firstname: 'B', ...phone('1402'), ...incall('2402'), ...voicemail('1402', { voicemail_name: 'B' }), email: 'b@example.com' },
			{ firstname: 'C' });
		const swapped = await differs([
			{ uuid: a, exten: '1402', incall_exten: '2402', voicemail_number: '1402', email: 'b@example.com' },
			{ uuid: b, exten: '1401', incall_exten: '2401', voicemail_number: '1401', email: 'a@example.com' }]);
		assert.deepEqual([swapped.extensions, swapped.lines.update], [{ ...nothing, update: 2 }, 0]);
		// One gives up all, another takes it.
		await differs([
			{ uuid: c, line_protocol: 'ua', context: 'default', exten: '1402', incall_exten: '2402', incall_context: 'from-extern', voicemail_number: '1402', voicemail_context: 'default' },
			{ uuid: a, line_protocol: 'sip', context: 'default', exten: '', incall_exten: '', incall_context: '', voicemail_number: '', voicemail_context: '' }]);
	});

	test('counts a voicemail that is there and taken', async () => {
		await site.psql(`INSERT INTO voicemail (tenant_id, context_id, number, name) SELECT 1, id, '1490', 'Free' FROM context WHERE tenant_id = 1 AND name = 'default'`);
		const [a] = await make({ firstname: 'Takes' });
		const resources = await differs([{ uuid: a, voicemail_number: '1490', voicemail_context: 'default' }]);
		assert.deepEqual(resources.voicemails, { ...nothing, update: 1 });
	});

	test('counts a voicemail once that is shared and changed, and all its users', async () => {
		const box = voicemail('1491', { voicemail_name: 'Shared' });
		const [a, b, c] = await make({ firstname: 'S1', ...box }, { firstname: 'S2', ...box }, { firstname: 'S3', ...box });
		// One row that leaves it as it was, as another one changes it.
		const resources = await differs([{ uuid: a, voicemail_email: 'new@example.com', userfield: '' },
			{ uuid: b, voicemail_email: '', userfield: '' }, { uuid: c, voicemail_email: 'new@example.com', userfield: '' }]);
		assert.deepEqual(resources.voicemails, { ...nothing, update: 1 });
	});

	test('draws no provisioning code', async () => {
		const drawn = () => site.value('SELECT last_value FROM provisioning_number');
		const [a] = await make({ firstname: 'No phone' });
		const before = await drawn();
		await checked('update', csv({ uuid: a, line_protocol: 'sccp', context: 'default' }));
		await checked('import', csv({ firstname: 'Phone', line_protocol: 'sccp', context: 'default' }));
		assert.equal(await drawn(), before);
	});

	test('tells no secret, neither the old one nor the new one', async () => {
		const [a, b] = await make(
			{ firstname: 'Secret', username: 'secret', password: 'old-plain-Secret', ...phone('1301', { sip_secret: 'oldsipsecret' }),
				call_permission_password: '4711', ...voicemail('1301', { voicemail_password: '8642' }) },
			{ firstname: 'None' });
		const answer = await api.check('update', csv(
			{ uuid: a, password: 'new-plain-Secret', sip_secret: 'newsipsecret', call_permission_password: '0815', voicemail_password: '1357' },
			{ uuid: b, password: 'none-plain-Secret', call_permission_password: '' }));
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(cellsOf(answer.json.changes), [
			...['call_permission_password', 'password', 'sip_secret', 'voicemail_password'].map((name) => [1, name, '********', '********']),
			[2, 'password', null, '********']]);
		for (const secret of ['old-plain-Secret', 'oldsipsecret', '4711', '8642', 'new-plain-Secret', 'newsipsecret', '0815', '1357', 'none-plain-Secret', '$y$'])
			assert.ok(!answer.text.includes(secret), secret);
		assert.equal(await site.value(`SELECT count(*) FROM job_change WHERE concat(old, new) ~ 'ecret|4711|0815|8642|1357'`), 0);
	});

	test('with errors, of another tenant\'s user, of none', async () => {
		const [a] = await make({ firstname: 'Mine' });
		const before = await site.content();
		for (const [of, file, code] of [[api, csv({ uuid: a, email: 'no' }), 'invalid'], [bob, csv({ uuid: a, lastname: 'x' }), 'unknown'],
			[api, csv({ uuid: '00000000-0000-4000-8000-000000000000', lastname: 'x' }), 'unknown']]) {
			const answer = await of.check('update', file);
			assert.deepEqual([answer.status, answer.json.errors[0].code], [400, code]);
		}
		assert.equal(await site.content(), before);
	});

	test('of an export as it came changes nothing', async () => {
		const { text } = await api.get('/1.1/users/export');
		const { plan, changes, warnings } = await checked('update', text);
		assert.deepEqual([plan.update, changes, told(warnings)], [0, [], []]);
		assert.equal(plan.unchanged, (await api.export()).length);
	});

	test('has as many changes as there are', async () => {
		const uuids = await make(...Array.from({ length: 1500 }, (_, i) => ({ firstname: `Many ${i}` })));
		const { plan, changes } = await checked('update', csv(...uuids.map((uuid, i) => ({ uuid, lastname: `x${i}`, userfield: 'y'.repeat(100) }))));
		assert.deepEqual([plan.update, changes.length], [1500, 3000]);
		assert.deepEqual(changes.map((change) => change.row_number), uuids.flatMap((_, i) => [i + 1, i + 1]));
	});
});

// ---- the list of changes against what applying really does

const seed = Number(process.env.SEED ?? Date.now() % 4294967296);

describe(`random changes, seed ${seed}`, () => {
	const random = new Random(seed);
	let number = 500000;
	const fresh = () => String(++number);
	const text = () => random.of(['Zoé', 'O\'Hara', '=1+1', 'a,b', 'x"y', '😀', 'line\nline', ' blank ', 'NULL']) + random.below(1000);
	const bool = () => String(random.below(2));
	const empty = (make, p = 0.3) => () => (random.chance(p) ? '' : make());
	const lists = (names) => () => random.some(names).join(';');
	const protocols = ['sip', 'sccp', 'webrtc', 'ua'];
	const labels = ['sales', 'support', 'Île-de-France'], permissions = ['international', 'mobile', 'premium\\; rate'];

	// What may be written into a cell of a user, whatever else it has.
	const cells = {
		firstname: text, lastname: empty(text), userfield: empty(text), outgoing_caller_id: empty(text), email: empty(() => `mail${fresh()}@example.com`),
		language: () => random.of(['', 'fr_FR', 'en_US', 'de_DE']), mobile_phone_number: empty(() => `+33${fresh()}`),
		subscription_type: () => String(random.below(5)), ring_seconds: empty(() => String(5 * (1 + random.below(20)))),
		simultaneous_calls: empty(() => String(1 + random.below(9))), call_permission_password: empty(() => fresh()),
		username: () => `user${fresh()}`, password: () => `plain-Secret-${fresh()}`, labels: lists(labels), call_permissions: lists(permissions),
		...Object.fromEntries(['enabled', 'supervision_enabled', 'call_transfer_enabled', 'dtmf_hangup_enabled', 'online_call_record_enabled',
			'call_record_outgoing_external_enabled', 'call_record_incoming_internal_enabled'].map((name) => [name, empty(bool, 0.2)])),
	};

	const line = () => ({ line_protocol: random.of(protocols), context: 'default', ...(random.chance(0.7) ? { exten: fresh() } : {}) });
	// Cells that go together, by what the user has.
	const groups = [
		(user) => (user.line_protocol ? { exten: random.chance(0.2) ? '' : fresh() } : line()),
		(user) => (['', 'sccp'].includes(user.line_protocol) ? {} : { sip_secret: `secret${fresh()}`, sip_username: `sip${fresh()}` }),
		(user) => (user.line_protocol ? { line_site: random.of(['', 'default', 'site-lyon']) } : {}),
		(user) => (user.incall_exten.includes(';') ? {} : random.chance(0.2) ? { incall_exten: '', incall_context: '', incall_ring_seconds: '' }
			: { incall_exten: fresh(), incall_context: 'from-extern', incall_ring_seconds: random.of(['', '7', '30']) }),
		(user) => (user.voicemail_number && random.chance(0.3) ? { voicemail_number: '', voicemail_context: '' }
			: { voicemail_name: text().replace('\n', ''), voicemail_number: random.chance(0.5) && user.voicemail_number ? user.voicemail_number : fresh(),
				voicemail_context: 'default', voicemail_password: random.of(['', fresh()]), voicemail_ask_password: bool(), voicemail_attach_audio: random.of(['', '0', '1']) }),
	];
	const person = () => ({ firstname: text(), username: `user${fresh()}`, ...(random.chance(0.6) ? line() : {}),
		...Object.fromEntries(Object.entries(cells).filter(() => random.chance(0.4)).map(([name, make]) => [name, make()])),
		...(random.chance(0.5) ? { incall_exten: fresh(), incall_context: 'from-extern' }
			: random.chance(0.3) ? { incall_exten: `${fresh()};${fresh()}`, incall_context: 'from-extern;from-extern' } : {}),
		...(random.chance(0.5) ? voicemail(fresh()) : {}) });

	test('the list names exactly the cells that differ once it is applied', async () => {
		console.log(`# SEED=${seed}`);
		const count = Number(process.env.USERS ?? 80);
		// A password of its own would be hashed for each: some have one.
		const uuids = new Set(await make(...Array.from({ length: count }, (_, i) => ({ ...person(), ...(i % 20 ? { password: '' } : {}) }))));
		const users = async () => (await api.export()).filter((user) => uuids.has(user.uuid));
		const before = await users();
		const names = Object.keys(before[0]).filter((name) => name !== 'provisioning_code');
		const file = csv(...before.map((user) => {
			const row = Object.fromEntries(names.map((name) => [name, user[name]]));
			if (random.chance(0.25))
				return row;
			for (const [name, make] of Object.entries(cells))
				if (random.chance(name === 'password' ? 0.05 : 0.2))
					row[name] = make();
			for (const group of groups)
				if (random.chance(0.3))
					Object.assign(row, group(user));
			return row;
		}));
		const { plan, changes, id } = await checked('update', file);
		const applied = await api.apply(id);
		assert.equal(applied.status, 200, applied.text);
		assert.deepEqual([applied.json.updated.length, applied.json.unchanged], [plan.update, plan.unchanged]);

		const after = new Map((await users()).map((user) => [user.uuid, user]));
		const differ = before.flatMap((user, i) => names.filter((name) => user[name] !== after.get(user.uuid)[name])
			.map((name) => [i + 1, user.uuid, name, user[name], after.get(user.uuid)[name]]));
		assert.deepEqual(changes.map((change) => [change.row_number, change.uuid, change.column].join(' ')),
			differ.map(([row, uuid, name]) => [row, uuid, name].join(' ')));
		assert.ok(differ.length > count);
		const secrets = ['password', 'sip_secret', 'call_permission_password', 'voicemail_password'];
		for (const [i, [row, , name, old, to]] of differ.entries()) {
			const change = changes[i], what = `row ${row}, ${name}`;
			const shown = (value) => (value === '' ? null : secrets.includes(name) ? '********' : value);
			assert.equal(change.old, shown(old), what);
			assert.equal(change.generated, ['sip_username', 'sip_secret'].includes(name) && old === '', what);
			assert.equal(change.new, change.generated ? null : shown(to), what);
		}
		assert.deepEqual(plan.update, new Set(differ.map(([row]) => row)).size);

		// Sent as it is now it would change nothing, but for the passwords.
		const { changes: left } = await checked('update', (await api.get('/1.1/users/export')).text);
		assert.deepEqual(left, []);
	});
});
