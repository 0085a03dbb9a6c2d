// The update, resource by resource: absent, own, free, taken, another tenant's; what
// passes between the users of a file; and what is one user's alone.
//
// Each case makes its own users, with numbers that no other case uses, sends files
// through the real worker and looks at the tables.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { storedColumns } from '../e2e/lib/columns.mjs';
import { Jobs, csv } from '../e2e/lib/jobs.mjs';
import { freshSite } from '../e2e/lib/stack.mjs';
import { wideSite } from '../e2e/lib/wide.mjs';

let site, jobs;
before(async () => {
	site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
});
after(() => jobs?.close());

// Numbers that nobody has: fresh() for phones and voicemails, freshIn() for incalls.
let last = 1000000;
const fresh = () => String(++last);
const freshIn = () => String(++last + 1000000);

const phone = (exten, more) => ({ line_protocol: 'sip', context: 'default', exten, ...more });
const incall = (exten, more) => ({ incall_exten: exten, incall_context: 'from-extern', ...more });
const voicemail = (number, more) => ({ voicemail_name: 'Voice', voicemail_number: number, voicemail_context: 'default', ...more });

// Imports users and resolves to their uuids.
async function make(...rows) {
	const file = csv(rows.map((row, i) => ({ firstname: `User ${i + 1}`, ...row })));
	const job = await jobs.run('import', file, { tenant: rows[0].entity_id ?? 1 });
	assert.deepEqual([job.state, job.issues.filter((issue) => issue.level === 'error')], ['done', []]);
	return (await jobs.sql(`SELECT user_uuid FROM job_row WHERE job_id = ${job.id} ORDER BY row_number`)).map((row) => row.user_uuid);
}

const update = (rows, options) => jobs.run('update', csv(rows), options);
const said = (job) => job.issues.map(({ row, column, key }) => [row, column, key].filter((part) => part !== null).join(' '));
const user = async (uuid) => (await jobs.sql(storedColumns(`u.uuid = '${uuid}'`)))[0];

// The update is applied, with these warnings and no other, and changes `changed` rows.
async function applies(rows, changed, warnings = [], options = {}) {
	const job = await update(rows, options);
	assert.deepEqual(said(job), warnings);
	assert.deepEqual([job.state, job.errors, job.warnings], ['done', 0, warnings.length]);
	assert.deepEqual([job.counts.changed, job.counts.unchanged], [changed, rows.length - changed]);
	const rowsTold = await jobs.value(`SELECT count(*)::int FROM job_row WHERE job_id = ${job.id}`);
	assert.equal(rowsTold, changed);
	return job;
}

// All data of tenants, to see that nothing was changed.
const everything = () => jobs.value(`SELECT json_agg(t) FROM (${['voicemail', 'users', 'line', 'extension', 'incall', 'user_label', 'user_call_permission']
	.map((table) => `SELECT '${table}', md5(string_agg(concat_ws(' ', t.xmin, t.ctid, t), ' ' ORDER BY t.ctid)) FROM ${table} t`).join(' UNION ALL ')}) t`);

// The update is refused with these errors (and warnings) and no other, and nothing is done.
async function refused(rows, issues, options = {}) {
	const before = await everything();
	const job = await update(rows, options);
	assert.deepEqual(said(job), issues);
	assert.deepEqual([job.state, job.errors + job.warnings, job.counts], ['failed', issues.length, {}]);
	assert.ok(job.errors > 0);
	assert.deepEqual(await everything(), before);
	return job;
}

const extensionId = (exten, context = 'default') => jobs.value(`SELECT x.id::int FROM extension x JOIN context c ON c.id = x.context_id
	WHERE x.exten = '${exten}' AND c.name = '${context}' AND x.tenant_id = 1`);
const freeNumber = (table, number, column) => jobs.value(`SELECT count(*)::int FROM ${table} WHERE ${column} = '${number}' AND
	${{ extension: 'line_id IS NULL', incall: 'user_id IS NULL', voicemail: 'NOT EXISTS (SELECT FROM users WHERE voicemail_id = voicemail.id)' }[table]}`);
const exists = (table, number, column = 'exten') => jobs.value(`SELECT count(*)::int FROM ${table} WHERE ${column} = '${number}'`);

// A number that is there and belongs to nobody.
async function free(table, number) {
	const context = { extension: 'default', voicemail: 'default', incall: 'from-extern' }[table];
	await jobs.psql(`INSERT INTO ${table} (tenant_id, context_id, ${table === 'voicemail' ? 'number, name' : 'exten'})
		SELECT 1, id, '${number}'${table === 'voicemail' ? ", 'Free'" : ''} FROM context WHERE tenant_id = 1 AND name = '${context}'`);
	return number;
}

describe('phone', () => {
	test('a user who has none gets line, extension, credentials and provisioning code', async () => {
		const [a] = await make({});
		const number = fresh();
		const job = await applies([{ uuid: a, ...phone(number) }], 1);
		assert.deepEqual([job.counts.lines, job.counts.extensions], [1, 1]);
		const now = await user(a);
		assert.equal(now.exten, number);
		assert.equal(now.line_site, 'default');
		assert.match(now.sip_username, /^[a-z0-9]{8}$/);
		assert.match(now.sip_secret, /^[A-Za-z0-9]{16}$/);
		assert.match(now.provisioning_code, /^[0-9]{6,9}$/);
	});
	test('a line needs no number, and a number alone makes its extension later', async () => {
		const [a] = await make({ line_protocol: 'sccp', context: 'default' });
		const number = fresh();
		const job = await applies([{ uuid: a, exten: number }], 1);
		assert.deepEqual([job.counts.lines, job.counts.extensions], [0, 1]);
		assert.equal((await user(a)).exten, number);
	});
	test('a part of a phone makes none, with a warning', async () => {
		const [a] = await make({});
		await applies([{ uuid: a, exten: fresh() }], 0, ['1 group']);
		await applies([{ uuid: a, context: 'default' }], 0, ['1 group']);
		await applies([{ uuid: a, line_protocol: 'sip' }], 0, ['1 group']);
		await refused([{ uuid: a, context: 'default', exten: fresh() }], ['1 line_protocol missing']);
		assert.equal((await user(a)).line_id, null);
	});
	test('empty cells make nothing', async () => {
		const [a] = await make({});
		await applies([{ uuid: a, line_protocol: '', exten: '', context: '', line_site: '', sip_username: '', sip_secret: '' }], 0);
	});
	test('a number that exists nowhere: the own one is changed in place', async () => {
		const [old, number] = [fresh(), fresh()];
		const [a] = await make(phone(old));
		const id = (await user(a)).extension_id;
		await applies([{ uuid: a, exten: number }], 1);
		const now = await user(a);
		assert.deepEqual([now.exten, now.extension_id], [number, id]);
		assert.equal(await exists('extension', old), 0);
	});
	test('a number that is there free is taken, and the own one stays, free', async () => {
		const [old, number] = [fresh(), await free('extension', fresh())];
		const [a] = await make(phone(old));
		const id = await extensionId(number);
		const job = await applies([{ uuid: a, exten: number }], 1, ['1 exten detached']);
		assert.deepEqual(job.issues[0].params, { resource: 'phone', number: old });
		assert.deepEqual([(await user(a)).exten, (await user(a)).extension_id], [number, id]);
		assert.equal(await freeNumber('extension', old, 'exten'), 1);
	});
	test('another\'s number is taken, with the holder\'s name', async () => {
		const number = fresh();
		const [a] = await make(phone(fresh()), { ...phone(number), firstname: 'Holder', lastname: 'Of It' });
		const job = await refused([{ uuid: a, exten: number }], ['1 exten taken.extension']);
		assert.equal(job.issues[0].params.holder, 'Holder Of It');
	});
	test('the same number in another context or another tenant is no hindrance', async () => {
		const number = fresh();
		const [a] = await make(phone(fresh()), phone(number, { context: 'second' }));
		await make({ entity_id: 2, ...phone(number) });
		await applies([{ uuid: a, exten: number }], 1);
		assert.equal(await exists('extension', number), 3);
	});
	test('a context alone moves line and extension, judged by the ranges there', async () => {
		const number = fresh();
		const [a] = await make(phone(number));
		await applies([{ uuid: a, context: 'second' }], 1);
		assert.equal(await extensionId(number, 'second'), (await user(a)).extension_id);
		await refused([{ uuid: a, context: 'from-extern' }], ['1 context context_type']);
		await refused([{ uuid: a, context: 'globex-only' }], ['1 context unknown.context']);
		await refused([{ uuid: a, exten: '99' }], ['1 exten exten_range']);
		await applies([{ uuid: a, exten: `_${number}X.` }], 1);
	});
	test('emptying the number removes the extension and leaves the line', async () => {
		const number = fresh();
		const [a] = await make(phone(number));
		await applies([{ uuid: a, exten: '' }], 1);
		const now = await user(a);
		assert.deepEqual([now.exten, now.line_protocol, await exists('extension', number)], [null, 'sip', 0]);
	});
	test('two numbers are swapped, ids stay with their users', async () => {
		const [x, y] = [fresh(), fresh()];
		const [a, b] = await make(phone(x), phone(y));
		const ids = [(await user(a)).extension_id, (await user(b)).extension_id];
		await applies([{ uuid: a, exten: y }, { uuid: b, exten: x }], 2);
		assert.deepEqual([(await user(a)).exten, (await user(b)).exten], [y, x]);
		assert.deepEqual([(await user(a)).extension_id, (await user(b)).extension_id], ids);
	});
	test('numbers go round among three, and along a chain to a new one', async () => {
		const numbers = [fresh(), fresh(), fresh()];
		const all = await make(...numbers.map((number) => phone(number)));
		await applies(all.map((uuid, i) => ({ uuid, exten: numbers[(i + 1) % 3] })), 3);
		for (const [i, uuid] of all.entries())
			assert.equal((await user(uuid)).exten, numbers[(i + 1) % 3]);
		const end = fresh();
		await applies([{ uuid: all[0], exten: numbers[2] }, { uuid: all[1], exten: end }], 2);
		assert.deepEqual([(await user(all[0])).exten, (await user(all[1])).exten], [numbers[2], end]);
	});
	test('a chain that ends in a free number leaves the first one\'s free', async () => {
		const [x, y, z] = [fresh(), fresh(), await free('extension', fresh())];
		const [a, b] = await make(phone(x), phone(y));
		await applies([{ uuid: a, exten: y }, { uuid: b, exten: z }], 2, ['1 exten detached', '2 exten detached']);
		assert.deepEqual([(await user(a)).exten, (await user(b)).exten], [y, z]);
		assert.equal(await freeNumber('extension', x, 'exten'), 1);
	});
	test('a number that one row gives up is another\'s, whoever comes first', async () => {
		for (const order of [0, 1]) {
			const number = fresh();
			const [a, b] = await make(phone(number), { line_protocol: 'sip', context: 'default' });
			const rows = [{ uuid: a, exten: '' }, { uuid: b, exten: number }];
			await applies(order ? rows.reverse() : rows, 2);
			assert.deepEqual([(await user(a)).exten, (await user(b)).exten], [null, number]);
		}
	});
	test('two rows cannot have one number', async () => {
		const number = fresh();
		const [a, b] = await make(phone(fresh()), phone(fresh()));
		await refused([{ uuid: a, exten: number }, { uuid: b, exten: number }], ['2 exten duplicate']);
	});
	test('a row that keeps its number stands in the way of another', async () => {
		const number = fresh();
		const [a, b] = await make(phone(number), phone(fresh()));
		const job = await update([{ uuid: a, exten: number }, { uuid: b, exten: number }]);
		assert.equal(job.state, 'failed');
		assert.ok(said(job).every((text) => text.startsWith('2 exten ')), said(job).join());
	});
	test('the protocol stays: the same is fine, another is not, nor none', async () => {
		for (const protocol of ['sip', 'sccp', 'webrtc', 'ua']) {
			const [a] = await make({ ...phone(fresh()), line_protocol: protocol });
			await applies([{ uuid: a, line_protocol: protocol }], 0);
			const job = await refused([{ uuid: a, line_protocol: protocol === 'ua' ? 'sip' : 'ua' }], ['1 line_protocol protocol']);
			assert.equal(job.issues[0].params.old, protocol);
			await refused([{ uuid: a, line_protocol: '' }], ['1 line_protocol protocol']);
		}
	});
	test('an sccp line takes no credentials, with a warning', async () => {
		const [a] = await make({ ...phone(fresh()), line_protocol: 'sccp' });
		await applies([{ uuid: a, sip_username: 'not-taken' }], 0, ['1 sip_username column_ignored']);
		assert.equal((await user(a)).sip_username, null);
	});
	test('SIP usernames are swapped; another\'s is taken, another tenant\'s without a name', async () => {
		const [a, b, c] = await make(phone(fresh(), { sip_username: 'swap-a' }), phone(fresh(), { sip_username: 'swap-b' }),
			phone(fresh(), { sip_username: 'swap-c', firstname: 'Carol' }));
		await make({ entity_id: 2, ...phone(fresh(), { sip_username: 'swap-foreign' }) });
		await applies([{ uuid: a, sip_username: 'swap-b' }, { uuid: b, sip_username: 'swap-a' }], 2);
		assert.deepEqual([(await user(a)).sip_username, (await user(b)).sip_username], ['swap-b', 'swap-a']);
		await applies([{ uuid: a, sip_username: 'swap-a' }, { uuid: b, sip_username: 'swap-c' }, { uuid: c, sip_username: 'swap-b' }], 3);
		const mine = await refused([{ uuid: b, sip_username: 'swap-b' }], ['1 sip_username taken.sip']);
		assert.equal(mine.issues[0].params.holder, 'Carol');
		const foreign = await refused([{ uuid: a, sip_username: 'swap-foreign' }], ['1 sip_username taken.sip']);
		assert.deepEqual(foreign.issues[0].params, {});
		await refused([{ uuid: a, sip_username: 'one' }, { uuid: b, sip_username: 'one' }], ['2 sip_username duplicate']);
	});
});

describe('incoming calls', () => {
	test('a user who has none gets one', async () => {
		const [a] = await make({});
		const number = freshIn();
		const job = await applies([{ uuid: a, ...incall(number, { incall_ring_seconds: 9 }) }], 1);
		assert.equal(job.counts.incalls, 1);
		assert.deepEqual([(await user(a)).incall_exten, (await user(a)).incall_ring_seconds], [number, '9']);
	});
	test('several at a time', async () => {
		const [a] = await make({});
		const numbers = [freshIn(), freshIn(), freshIn()];
		const job = await applies([{ uuid: a, incall_exten: numbers.join(';'), incall_context: 'from-extern;second-extern;from-extern', incall_ring_seconds: '1;;3' }], 1);
		assert.equal(job.counts.incalls, 3);
		assert.deepEqual([(await user(a)).incall_exten, (await user(a)).incall_ring_seconds], [numbers.join(';'), '1;;3']);
	});
	test('half of one is none, with a warning', async () => {
		const [a] = await make({});
		await applies([{ uuid: a, incall_exten: freshIn() }], 0, ['1 group']);
		await applies([{ uuid: a, incall_context: 'from-extern' }], 0, ['1 group']);
	});
	test('a number that exists nowhere: the own one is changed in place and keeps its ring seconds', async () => {
		const [old, number] = [freshIn(), freshIn()];
		const [a] = await make(incall(old, { incall_ring_seconds: 12 }));
		const ids = (await user(a)).incall_ids;
		await applies([{ uuid: a, incall_exten: number }], 1);
		const now = await user(a);
		assert.deepEqual([now.incall_exten, now.incall_ring_seconds, now.incall_ids], [number, '12', ids]);
		assert.equal(await exists('incall', old), 0);
	});
	test('a number that is there free is taken, and the own one stays, free and without ring seconds', async () => {
		const [old, number] = [freshIn(), await free('incall', freshIn())];
		const [a] = await make(incall(old, { incall_ring_seconds: 12 }));
		const job = await applies([{ uuid: a, incall_exten: number, incall_ring_seconds: 4 }], 1, ['1 incall_exten detached']);
		assert.deepEqual(job.issues[0].params, { resource: 'incall', number: old });
		assert.deepEqual([(await user(a)).incall_exten, (await user(a)).incall_ring_seconds], [number, '4']);
		assert.equal(await freeNumber('incall', old, 'exten'), 1);
	});
	test('another\'s number is taken; the same in another context or tenant is not', async () => {
		const number = freshIn();
		const [a, , c] = await make(incall(freshIn()), incall(number, { firstname: 'Holder' }), {});
		await make({ entity_id: 2, ...incall(number) });
		const job = await refused([{ uuid: a, incall_exten: number }], ['1 incall_exten taken.incall']);
		assert.equal(job.issues[0].params.holder, 'Holder');
		await refused([{ uuid: c, ...incall(number) }], ['1 incall_exten taken.incall']);
		await applies([{ uuid: c, incall_exten: number, incall_context: 'second-extern' }], 1);
	});
	test('ring seconds alone are set and unset', async () => {
		const [a] = await make(incall(freshIn()));
		await applies([{ uuid: a, incall_ring_seconds: 33 }], 1);
		assert.equal((await user(a)).incall_ring_seconds, '33');
		await applies([{ uuid: a, incall_ring_seconds: '' }], 1);
		assert.equal((await user(a)).incall_ring_seconds, null);
	});
	test('emptying number or context detaches it: it stays, free', async () => {
		for (const column of ['incall_exten', 'incall_context']) {
			const number = freshIn();
			const [a] = await make(incall(number, { incall_ring_seconds: 8 }));
			await applies([{ uuid: a, [column]: '' }], 1, ['1 incall_exten detached']);
			assert.equal((await user(a)).incall_exten, null);
			assert.equal(await freeNumber('incall', number, 'exten'), 1);
		}
	});
	test('numbers are swapped, and go along a chain', async () => {
		const [x, y, z] = [freshIn(), freshIn(), freshIn()];
		const [a, b] = await make(incall(x), incall(y));
		await applies([{ uuid: a, incall_exten: y }, { uuid: b, incall_exten: x }], 2);
		assert.deepEqual([(await user(a)).incall_exten, (await user(b)).incall_exten], [y, x]);
		await applies([{ uuid: a, incall_exten: x }, { uuid: b, incall_exten: z }], 2);
		assert.deepEqual([(await user(a)).incall_exten, (await user(b)).incall_exten], [x, z]);
	});
	test('a number that one row gives up is another\'s', async () => {
		const number = freshIn();
		const [a, b] = await make(incall(number), {});
		await applies([{ uuid: b, ...incall(number) }, { uuid: a, incall_exten: '', incall_context: '' }], 2, ['2 incall_exten detached']);
		assert.deepEqual([(await user(a)).incall_exten, (await user(b)).incall_exten], [null, number]);
	});
	test('one may become several', async () => {
		const [x, y] = [freshIn(), freshIn()];
		const [a] = await make(incall(x));
		const job = await applies([{ uuid: a, incall_exten: `${x};${y}`, incall_context: 'from-extern;from-extern' }], 1);
		assert.equal(job.counts.incalls, 1);
		assert.equal((await user(a)).incall_exten, `${x};${y}`);
	});
	test('of several, what is there already is fine in any order, and all else can be changed', async () => {
		const [x, y] = [freshIn(), freshIn()];
		const [a] = await make({ incall_exten: `${x};${y}`, incall_context: 'from-extern;second-extern', incall_ring_seconds: '1;2' });
		await applies([{ uuid: a, incall_exten: `${x};${y}` }], 0);
		await applies([{ uuid: a, incall_exten: `${y};${x}`, incall_context: 'second-extern;from-extern', incall_ring_seconds: '2;1' }], 0);
		await applies([{ uuid: a, lastname: 'Changed' }], 1);
		await applies([{ uuid: a, lastname: 'Again', incall_exten: `${x};${y}` }], 1);
	});
	test('of several, another number, context, ring second or none at all is refused', async () => {
		const [x, y] = [freshIn(), freshIn()];
		const [a] = await make({ incall_exten: `${x};${y}`, incall_context: 'from-extern;second-extern', incall_ring_seconds: '1;2' });
		for (const row of [{ incall_exten: x }, { incall_exten: '' }, { incall_context: 'from-extern;from-extern' }, { incall_context: '' },
			{ incall_ring_seconds: '1;3' }, { incall_ring_seconds: '' }, { incall_exten: `${x};${freshIn()}` },
			{ incall_exten: '', incall_context: '', incall_ring_seconds: '' }])
			await refused([{ uuid: a, ...row }], ['1 incall_exten incalls']);
	});
	test('lists of several lengths, a number twice, another type of context', async () => {
		const [a] = await make({});
		const number = freshIn();
		await refused([{ uuid: a, incall_exten: `${number};${freshIn()}`, incall_context: 'from-extern' }], ['1 incall_context invalid']);
		await refused([{ uuid: a, incall_exten: `${number};${number}`, incall_context: 'from-extern;from-extern' }], ['1 incall_exten duplicate']);
		await refused([{ uuid: a, incall_exten: number, incall_context: 'default' }], ['1 incall_context context_type']);
		await refused([{ uuid: a, ...incall('77') }], ['1 incall_exten exten_range']);
	});
});

describe('voicemail', () => {
	test('a user who has none gets one, with the defaults', async () => {
		const [a] = await make({});
		const number = fresh();
		const job = await applies([{ uuid: a, ...voicemail(number) }], 1);
		assert.equal(job.counts.voicemails, 1);
		const now = await user(a);
		assert.deepEqual([now.voicemail_number, now.voicemail_ask_password, now.voicemail_delete_messages, now.voicemail_attach_audio], [number, '1', '0', null]);
	});
	test('a part of one is none, with a warning', async () => {
		const [a] = await make({});
		await applies([{ uuid: a, voicemail_number: fresh() }], 0, ['1 group']);
		await applies([{ uuid: a, voicemail_name: 'Alone' }], 0, ['1 group']);
	});
	test('one that is there is shared, and a name is not needed', async () => {
		const number = fresh();
		const [a, b] = await make(voicemail(number), {});
		await applies([{ uuid: b, voicemail_number: number, voicemail_context: 'default' }], 1, ['1 voicemail_number shared.used']);
		assert.equal((await user(b)).voicemail_id, (await user(a)).voicemail_id);
	});
	test('one that is free is taken without a warning, and its cells are applied', async () => {
		const number = await free('voicemail', fresh());
		const [a] = await make({});
		await applies([{ uuid: a, ...voicemail(number, { voicemail_name: 'Mine now' }) }], 1);
		assert.equal((await user(a)).voicemail_name, 'Mine now');
	});
	test('a number that exists nowhere: the own one is changed in place', async () => {
		const [old, number] = [fresh(), fresh()];
		const [a] = await make(voicemail(old, { voicemail_password: '12' }));
		const id = (await user(a)).voicemail_id;
		await applies([{ uuid: a, voicemail_number: number }], 1);
		const now = await user(a);
		assert.deepEqual([now.voicemail_number, now.voicemail_id, now.voicemail_password], [number, id, '12']);
		assert.equal(await exists('voicemail', old, 'number'), 0);
	});
	test('another that is there: the own one stays, free', async () => {
		const [old, number] = [fresh(), fresh()];
		const [a] = await make(voicemail(old), voicemail(number));
		await applies([{ uuid: a, voicemail_number: number }], 1, ['1 voicemail_number shared.used', '1 voicemail_number detached']);
		assert.equal(await freeNumber('voicemail', old, 'number'), 1);
	});
	test('another tenant\'s is not seen', async () => {
		const number = fresh();
		const [b] = await make({ entity_id: 2, ...voicemail(number) });
		const [a] = await make({});
		const job = await applies([{ uuid: a, ...voicemail(number) }], 1);
		assert.equal(job.counts.voicemails, 1);
		assert.notEqual((await user(a)).voicemail_id, (await user(b)).voicemail_id);
	});
	test('emptying number or context detaches it: it stays, free', async () => {
		for (const column of ['voicemail_number', 'voicemail_context']) {
			const number = fresh();
			const [a] = await make(voicemail(number));
			await applies([{ uuid: a, [column]: '' }], 1, ['1 voicemail_number detached']);
			assert.equal((await user(a)).voicemail_id, null);
			assert.equal(await freeNumber('voicemail', number, 'number'), 1);
		}
	});
	test('emptying all of its cells detaches it too', async () => {
		const [a] = await make(voicemail(fresh()));
		const row = Object.fromEntries(Object.keys(await user(a)).filter((name) => /^voicemail_(?!id)/.test(name)).map((name) => [name, '']));
		await applies([{ uuid: a, ...row }], 1, ['1 voicemail_number detached']);
		await applies([{ uuid: a, ...row }], 0);
	});
	test('a shared one is changed for all its users, with a warning', async () => {
		const number = fresh();
		const [a, b] = await make(voicemail(number), voicemail(number));
		await applies([{ uuid: a, voicemail_name: 'For both' }], 1, ['1 voicemail_number shared.changed']);
		assert.equal((await user(b)).voicemail_name, 'For both');
	});
	test('two rows may change it alike, and not differently', async () => {
		const number = fresh();
		const [a, b] = await make(voicemail(number), voicemail(number));
		await refused([{ uuid: a, voicemail_name: 'One' }, { uuid: b, voicemail_name: 'Other' }],
			['1 voicemail_number shared.changed', '2 voicemail_number shared.changed', '2 voicemail_number duplicate']);
		const job = await update([{ uuid: a, voicemail_name: 'Same' }, { uuid: b, voicemail_name: 'Same' }]);
		assert.deepEqual([job.state, (await user(b)).voicemail_name], ['done', 'Same']);
	});
	test('users swap their voicemails', async () => {
		const [x, y] = [fresh(), fresh()];
		const [a, b] = await make(voicemail(x, { voicemail_name: 'X' }), voicemail(y, { voicemail_name: 'Y' }));
		const job = await update([{ uuid: a, voicemail_number: y }, { uuid: b, voicemail_number: x }]);
		assert.equal(job.state, 'done', said(job).join());
		assert.deepEqual([(await user(a)).voicemail_number, (await user(a)).voicemail_name], [y, 'Y']);
		assert.deepEqual([(await user(b)).voicemail_number, (await user(b)).voicemail_name], [x, 'X']);
	});
	test('rows that name a new one share it: the first makes it', async () => {
		const number = fresh();
		const [a, b] = await make({}, {});
		const job = await update([{ uuid: a, ...voicemail(number) }, { uuid: b, ...voicemail(number) }]);
		assert.deepEqual([job.state, job.counts.voicemails, job.counts.changed], ['done', 1, 2]);
		assert.equal((await user(a)).voicemail_id, (await user(b)).voicemail_id);
	});
});

describe('lists', () => {
	test('call permissions and labels are replaced as a whole, and emptied', async () => {
		const [a] = await make({ labels: 'sales;support', call_permissions: 'international;mobile' });
		await applies([{ uuid: a, labels: 'support;Île-de-France', call_permissions: 'premium\\; rate' }], 1);
		assert.deepEqual([(await user(a)).labels, (await user(a)).call_permissions], ['support;Île-de-France', 'premium\\; rate']);
		await applies([{ uuid: a, labels: ' Île-de-France ;support;support' }], 0);
		await applies([{ uuid: a, labels: '', call_permissions: '' }], 1);
		assert.deepEqual([(await user(a)).labels, (await user(a)).call_permissions], [null, null]);
	});
	test('every name that is not there is told; another tenant\'s is not there', async () => {
		const [a] = await make({ labels: 'sales' });
		await refused([{ uuid: a, call_permissions: 'mobile;globex-perm;nothing', labels: 'none' }],
			['1 call_permissions unknown.call_permission', '1 call_permissions unknown.call_permission', '1 labels unknown.label']);
	});
});

describe('e-mails and usernames', () => {
	for (const [column, at] of [['email', '@example.org'], ['username', '']]) {
		test(`${column}: swapped, in a chain, taken, twice, in any case`, async () => {
			const [a, b, c] = await make({ [column]: `swap.a${at}` }, { [column]: `swap.b${at}` }, { [column]: `swap.c${at}`, firstname: 'Carol' });
			await make({ entity_id: 2, [column]: `swap.foreign${at}` });
			await applies([{ uuid: a, [column]: `swap.B${at}` }, { uuid: b, [column]: `swap.a${at}` }], 2);
			await applies([{ uuid: b, [column]: `swap.b${at}` }, { uuid: a, [column]: `swap.new${at}` }], 2);
			assert.deepEqual([(await user(a))[column], (await user(b))[column]], [`swap.new${at}`, `swap.b${at}`]);
			const mine = await refused([{ uuid: a, [column]: `SWAP.C${at}` }], [`1 ${column} taken.user`]);
			assert.equal(mine.issues[0].params.holder, 'Carol');
			const foreign = await refused([{ uuid: a, [column]: `swap.foreign${at}` }], [`1 ${column} taken.user`]);
			assert.deepEqual(foreign.issues[0].params, {});
			await refused([{ uuid: a, [column]: `one${at}` }, { uuid: b, [column]: `ONE${at}` }], [`2 ${column} duplicate`]);
			await applies([{ uuid: c, [column]: '' }, { uuid: a, [column]: `swap.c${at}` }], 2);
		});
		test(`${column}: its case alone can be changed`, async () => {
			const [a] = await make({ [column]: `case.a${at}` });
			await applies([{ uuid: a, [column]: `CASE.a${at}` }], 1);
			assert.equal((await user(a))[column], `CASE.a${at}`);
		});
	}
});

describe('secrets', () => {
	const hash = `$6$saltsalt$${'b'.repeat(86)}`;
	const secrets = { call_permission_password: '11', password: hash, sip_secret: 'hush', voicemail_password: '22' };

	test('the mask means: as it is', async () => {
		const [a] = await make({ ...phone(fresh()), ...voicemail(fresh()), ...secrets });
		const before = await user(a);
		const masked = Object.fromEntries(Object.keys(secrets).map((name) => [name, '********']));
		await applies([{ uuid: a, ...masked }], 0);
		await applies([{ uuid: a, lastname: 'Changed', ...masked }], 1);
		const now = await user(a);
		for (const name of Object.keys(secrets))
			assert.equal(now[name], before[name], name);
	});
	test('a plain password is always a change, the same hash is none', async () => {
		const [a] = await make({ password: hash });
		await applies([{ uuid: a, password: hash }], 0);
		await applies([{ uuid: a, password: 'plain-one' }], 1);
		const first = (await user(a)).password;
		assert.match(first, /^\$y\$/);
		await applies([{ uuid: a, password: 'plain-one' }], 1);
		assert.notEqual((await user(a)).password, first);
		await applies([{ uuid: a, password: '' }], 1);
		assert.equal((await user(a)).password, null);
	});
	test('neither the report nor the log has a secret in it', async () => {
		const [a] = await make(phone(fresh()));
		const job = await refused([{ uuid: a, password: '$6$broken-secret', sip_secret: 'sécret-told' }], ['1 password invalid', '1 sip_secret invalid']);
		const told = JSON.stringify(job) + site.log('import') + site.log('worker');
		assert.doesNotMatch(told, /broken-secret|cret-told/);
	});
});

describe('the end state is judged', () => {
	test('cti_profile_enabled alone may do, and what it needs cannot be taken from it', async () => {
		const [a, b] = await make({ username: 'cti.a', password: 'secret', cti_profile_name: 'Client' }, {});
		await applies([{ uuid: a, cti_profile_enabled: 1 }], 1);
		await refused([{ uuid: b, cti_profile_enabled: 1 }], ['1 username missing', '1 password missing', '1 cti_profile_name missing']);
		for (const name of ['username', 'password', 'cti_profile_name'])
			await refused([{ uuid: a, [name]: '' }], [`1 ${name} missing`]);
		await applies([{ uuid: a, cti_profile_enabled: 0, username: '', password: '', cti_profile_name: '' }], 1);
		await applies([{ uuid: b, cti_profile_enabled: 1, username: 'cti.b', password: 'secret', cti_profile_name: 'Client' }], 1);
	});
	test('call_record_enabled of older files sets all four, and empty none', async () => {
		const [a] = await make({});
		const four = ['outgoing_external', 'outgoing_internal', 'incoming_external', 'incoming_internal'].map((of) => `call_record_${of}_enabled`);
		const job = await update([{ uuid: a, call_record_enabled: 1 }]);
		assert.deepEqual([job.state, job.counts.changed], ['done', 1]);
		assert.deepEqual(four.map((name) => name), four);
		let now = await user(a);
		assert.deepEqual(four.map((name) => now[name]), ['1', '1', '1', '1']);
		assert.equal((await update([{ uuid: a, call_record_enabled: '' }])).counts.changed, 0);
		await update([{ uuid: a, call_record_enabled: 0, [four[1]]: 1 }]);
		now = await user(a);
		assert.deepEqual(four.map((name) => now[name]), ['0', '1', '0', '0']);
	});
	test('an error in row 2 undoes row 1', async () => {
		const [a, b] = await make({}, {});
		await refused([{ uuid: a, lastname: 'Applied?' }, { uuid: b, lastname: 'x'.repeat(200) }], ['2 lastname invalid']);
	});
	test('every error of every row is told in one go', async () => {
		const [a, b] = await make(phone(fresh()), {});
		await refused([{ uuid: a, firstname: '', email: 'no', exten: '99', context: 'nowhere' }, { uuid: b, firstname: 'B', email: 'nor', exten: '', context: '' }],
			['1 firstname missing', '1 email invalid', '1 context unknown.context', '2 email invalid']);
	});
});

describe('which users', () => {
	test('unknown, another tenant\'s, twice, malformed, missing', async () => {
		const [a] = await make({});
		const [foreign] = await make({ entity_id: 2 });
		const nobody = '99999999-9999-4999-8999-999999999999';
		const unknown = await refused([{ uuid: nobody, lastname: 'X' }], ['1 uuid unknown.user']);
		const other = await refused([{ uuid: foreign, lastname: 'X' }], ['1 uuid unknown.user']);
		assert.deepEqual([other.issues[0].key, other.issues[0].params], [unknown.issues[0].key, unknown.issues[0].params]);
		await refused([{ uuid: a, lastname: 'X' }, { uuid: a, lastname: 'Y' }, { uuid: a.toUpperCase(), lastname: 'Z' }],
			['2 uuid duplicate', '3 uuid duplicate']);
		await refused([{ uuid: 'not-a-uuid', lastname: 'X' }], ['1 uuid invalid']);
		await refused([{ uuid: '', lastname: 'X' }], ['1 uuid missing']);
		await refused([{ lastname: 'X' }], ['0 file.header_missing']);
	});
	test('a uuid may be written in capitals, and alone changes nothing', async () => {
		const [a] = await make({});
		await applies([{ uuid: a.toUpperCase() }], 0);
	});
	test('entity_id may be there, and must be the user\'s own', async () => {
		const [a] = await make({});
		await applies([{ uuid: a, entity_id: 1 }, ], 0);
		await applies([{ uuid: a, entity_id: '' }], 0);
		for (const id of [2, 77])
			await refused([{ uuid: a, entity_id: id }], ['1 entity_id entity']);
	});
	test('root updates users of several tenants in one file', async () => {
		const [a] = await make(phone(fresh()));
		const number = fresh();
		const [b] = await make({ entity_id: 2, ...phone(fresh()) });
		const all = { tenant: 0, admin: 'root' };
		await applies([{ uuid: a, exten: number, labels: 'sales' }, { uuid: b, exten: number, labels: 'sales' }], 2, [], all);
		assert.deepEqual([(await user(a)).exten, (await user(b)).exten], [number, number]);
		await refused([{ uuid: a, exten: fresh(), labels: 'support' }, { uuid: b, exten: fresh(), labels: 'support' }], ['2 labels unknown.label'], all);
		await refused([{ uuid: a, entity_id: 2 }, { uuid: b, entity_id: 2 }], ['1 entity_id entity'], all);
	});
	test('a provisioning code is not changed, with one warning', async () => {
		const [a] = await make(phone(fresh()));
		const before = (await user(a)).provisioning_code;
		await applies([{ uuid: a, provisioning_code: '123456' }], 0, ['0 provisioning_code column_ignored']);
		assert.equal((await user(a)).provisioning_code, before);
	});
});

test('a column that is not in the file is not touched, nor is a user that is not', async () => {
	const [a, b] = await make({ ...phone(fresh()), ...incall(freshIn()), ...voicemail(fresh()), lastname: 'L', labels: 'sales' },
		{ ...phone(fresh()), ...incall(freshIn()), ...voicemail(fresh()), lastname: 'L', labels: 'sales' });
	const before = [await user(a), await user(b)];
	await applies([{ uuid: a, firstname: 'Changed' }], 1);
	const now = await user(a);
	assert.deepEqual({ ...now, xmins: 0 }, { ...before[0], firstname: 'Changed', xmins: 0 });
	assert.deepEqual(await user(b), before[1]);
});

test('of many rows those that change nothing are not written', async () => {
	const all = await make(...Array.from({ length: 10 }, (_, i) => ({ ...phone(fresh()), ...voicemail(fresh()), lastname: `L${i}` })));
	const before = await Promise.all(all.map(user));
	await applies(all.map((uuid, i) => ({ uuid, lastname: i === 3 ? 'New' : `L${i}`, exten: before[i].exten })), 1);
	for (const [i, uuid] of all.entries())
		assert.equal((await user(uuid)).xmins === before[i].xmins, i !== 3, `row ${i + 1}`);
});
