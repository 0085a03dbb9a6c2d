// The update, resource by resource: absent, own, free, taken, another tenant's; and
// what passes between the users of a file.
//
// Each case makes its own users, with numbers that no other case uses, sends files
// through the real worker and looks at the tables.
import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { jobs, fresh, freshIn, phone, incall, voicemail, make, update, said, user, applies, refused } from '../lib/updates.mjs';

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
		await applies([{ uuid: a, context: 'default' }], 0);
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
			await refused([{ uuid: a, line_protocol: '' }], ['1 line_protocol protocol.removed']);
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
		const [none] = await make({});
		await applies([{ uuid: a, sip_username: 'swap-a', line_protocol: 'sip', context: 'default', sip_secret: 'long-enough' }], 1);
		await applies([{ uuid: a, sip_username: 'swap-d', line_protocol: 'sip', context: 'default', sip_secret: 'long-enough' },
			{ uuid: none, sip_username: 'swap-a', line_protocol: 'sip', context: 'default', sip_secret: 'long-enough' }], 2);
		assert.deepEqual([(await user(a)).sip_username, (await user(none)).sip_username], ['swap-d', 'swap-a'], 'to a new line');
		await applies([{ uuid: none, sip_username: 'swap-e' }, { uuid: a, sip_username: 'swap-a' }], 2);
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
		await applies([{ uuid: a, incall_context: 'from-extern' }], 0);
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
	test('who gets one of two numbers from somebody who takes the own along makes it of the own one', async () => {
		const [a, b, d, q, n] = [freshIn(), freshIn(), freshIn(), freshIn(), freshIn()];
		const users = await make(incall(a), incall(b), incall(d), incall(q));
		const spare = await free('incall', freshIn());
		const wanted = [`${b};${d}`, spare, n, a];
		const job = await update(wanted.map((extens, i) => ({ uuid: users[i], incall_exten: extens,
			incall_context: extens.replace(/[0-9]+/g, 'from-extern') })));
		assert.equal(job.state, 'done', said(job).join());
		assert.deepEqual(await Promise.all(users.map(async (uuid) => (await user(uuid)).incall_exten)), wanted);
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

test('the incalls of a user who has several are replaced on request', async () => {
	const [x, y, z, w, free1] = [freshIn(), freshIn(), freshIn(), freshIn(), freshIn()];
	const two = (...extens) => ({ incall_exten: extens.join(';'), incall_context: extens.map(() => 'from-extern').join(';') });
	const options = { replace_incalls: '1' };
	const [a, b, c] = await make({ ...two(x, y), incall_ring_seconds: '10;20' }, incall(z), {});
	await refused([{ uuid: a, ...two(x, w) }], ['1 incall_exten incalls']);
	await applies([{ uuid: a, ...two(y, x) }], 0, [], { options });
	// One stays as it is, one goes, one is new.
	const kept = await jobs.value(`SELECT id::int FROM incall WHERE exten = '${x}'`);
	await applies([{ uuid: a, ...two(x, w) }], 1, ['1 incall_exten detached'], { options });
	let now = await user(a);
	assert.deepEqual([now.incall_exten, now.incall_ring_seconds], [`${x};${w}`, '10;']);
	assert.ok(now.incall_ids.includes(kept));
	assert.equal(await freeNumber('incall', y, 'exten'), 1);
	// What one leaves another may take, in the same file; what somebody has is taken.
	await refused([{ uuid: a, ...two(x, z) }], ['1 incall_exten taken.incall'], { options });
	const job = await update([{ uuid: a, ...two(w, free1) }, { uuid: c, ...two(x) }], { options });
	assert.deepEqual([job.state, said(job)], ['done', ['1 incall_exten detached']]);
	assert.deepEqual([(await user(a)).incall_exten, (await user(c)).incall_exten], [[w, free1].sort().join(';'), x]);
	const swap = await update([{ uuid: a, ...two(z, free1) }, { uuid: b, ...two(w) }], { options });
	assert.equal(swap.state, 'done', said(swap).join());
	assert.deepEqual([(await user(a)).incall_exten, (await user(b)).incall_exten], [[z, free1].sort().join(';'), w]);
	// None at all, and the ring seconds alone.
	await applies([{ uuid: a, incall_ring_seconds: '30;40' }], 1, [], { options });
	assert.equal((await user(a)).incall_ring_seconds, '30;40');
	await applies([{ uuid: a, incall_exten: '', incall_context: '' }], 1, ['1 incall_exten detached', '1 incall_exten detached'], { options });
	now = await user(a);
	assert.deepEqual(now.incall_ids, []);
});

describe('incoming numbers whose contexts the file does not have', () => {
	const options = { replace_incalls: '1' };
	const held = (uuid) => jobs.value(`SELECT string_agg(i.exten || '@' || c.name, ' ' ORDER BY i.exten, c.name) FROM incall i JOIN users u ON u.id = i.user_id
		JOIN context c ON c.id = i.context_id WHERE u.uuid = '${uuid}'`);

	test('those that stay keep theirs, and new ones take the one that all have', async () => {
		const [x, y, z] = [freshIn(), freshIn(), freshIn()];
		const [a, b] = await make({ incall_exten: `${x};${y}`, incall_context: 'second-extern;second-extern', incall_ring_seconds: '10;20' }, incall(freshIn()));
		await applies([{ uuid: a, incall_exten: `${z};${x}` }], 1, ['1 incall_exten detached'], { options });
		assert.equal(await held(a), `${x}@second-extern ${z}@second-extern`);
		assert.equal((await user(a)).incall_ring_seconds, '10;');
		await applies([{ uuid: a, incall_exten: y }], 1, ['1 incall_exten detached', '1 incall_exten detached'], { options });
		assert.equal(await held(a), `${y}@second-extern`);
		// Who has one number needs no option to get a second one.
		const [own] = (await user(b)).incall_exten.split(';');
		const second = freshIn();
		await applies([{ uuid: b, incall_exten: `${own};${second}` }], 1);
		assert.equal(await held(b), `${own}@from-extern ${second}@from-extern`);
	});
	test('of numbers in several contexts each that stays keeps its own, in any order, with a + or without', async () => {
		const [x, y] = [freshIn(), freshIn()];
		const [a] = await make({ incall_exten: `${x};${y}`, incall_context: 'second-extern;from-extern' });
		await applies([{ uuid: a, incall_exten: `${y};${x}` }], 0);
		await applies([{ uuid: a, incall_exten: `${y};${x}` }], 0, [], { options });
		await applies([{ uuid: a, incall_exten: `+${x};${y}` }], 1, ['1 incall_exten detached'], { options });
		assert.equal(await held(a), `+${x}@second-extern ${y}@from-extern`);
		await applies([{ uuid: a, incall_exten: y }], 1, ['1 incall_exten detached'], { options });
		assert.equal(await held(a), `${y}@from-extern`);
	});
	test('a number that the user has in both contexts stays in both', async () => {
		const x = freshIn();
		const [a] = await make({ incall_exten: `${x};${x}`, incall_context: 'second-extern;from-extern' });
		await applies([{ uuid: a, incall_exten: `${x};${x}` }], 0, [], { options });
		const job = await refused([{ uuid: a, incall_exten: x }], ['1 incall_context missing.incall_context'], { options });
		assert.equal(job.issues[0].params.contexts, 'from-extern, second-extern');
	});
	test('a new number beside numbers in several contexts is one error, which says to send the contexts', async () => {
		const [x, y, z] = [freshIn(), freshIn(), freshIn()];
		const [a] = await make({ incall_exten: `${x};${y}`, incall_context: 'second-extern;from-extern' });
		await refused([{ uuid: a, incall_exten: `${x};${z}` }], ['1 incall_context missing.incall_context'], { options });
		await refused([{ uuid: a, incall_exten: `${x};${z}` }], ['1 incall_exten incalls']);
		await applies([{ uuid: a, incall_exten: `${x};${z}`, incall_context: 'second-extern;second-extern' }], 1, ['1 incall_exten detached'], { options });
		assert.equal(await held(a), `${x}@second-extern ${z}@second-extern`);
	});
	test('who has no number gets none without a context', async () => {
		const [a] = await make({});
		await applies([{ uuid: a, incall_exten: `${freshIn()};${freshIn()}` }], 0, ['1 group'], { options });
	});
});

describe('one context for several incoming numbers', () => {
	const options = { replace_incalls: '1' };
	const contexts = (uuid) => jobs.value(`SELECT string_agg(c.name, ' ' ORDER BY i.exten) FROM incall i JOIN users u ON u.id = i.user_id
		JOIN context c ON c.id = i.context_id WHERE u.uuid = '${uuid}'`);

	test('alone in a file it is that of all that the user has', async () => {
		const [x, y] = [freshIn(), freshIn()];
		const [a] = await make({ incall_exten: `${x};${y}`, incall_context: 'second-extern;second-extern' });
		await applies([{ uuid: a, incall_context: 'second-extern' }], 0);
		await refused([{ uuid: a, incall_context: 'from-extern' }], ['1 incall_exten incalls']);
		await applies([{ uuid: a, incall_context: 'from-extern' }], 1, ['1 incall_exten detached', '1 incall_exten detached'], { options });
		assert.equal(await contexts(a), 'from-extern from-extern');
		assert.equal(await freeNumber('incall', x, 'exten'), 1, 'that of the other context is left free');
	});
	test('as a value for all rows it is that of each number of a row, and so are ring seconds', async () => {
		const [x, y, z] = [freshIn(), freshIn(), freshIn()];
		const [a, b, c] = await make({}, {}, {});
		const all = { set: ['incall_context:from-extern', 'incall_ring_seconds:25'] };
		await applies([{ uuid: a, incall_exten: `${x};${y};` }, { uuid: b, incall_exten: z }, { uuid: c, incall_exten: '' }], 2, [], { options: all });
		assert.deepEqual([await contexts(a), await contexts(b), await contexts(c)], ['from-extern from-extern', 'from-extern', null]);
		assert.equal((await user(a)).incall_ring_seconds, '25;25');
		await refused([{ uuid: a, incall_exten: `${x};${y};${freshIn()}` }], ['1 incall_context unknown.context'],
			{ options: { ...options, set: ['incall_context:nowhere'] } });
	});
	test('beside numbers in the file it is a list that is too short, and detaches nothing', async () => {
		const [x, y] = [freshIn(), freshIn()];
		const [a] = await make({ incall_exten: `${x};${y}`, incall_context: 'second-extern;second-extern' });
		await refused([{ uuid: a, incall_exten: `${x};${y}`, incall_context: 'from-extern' }], ['1 incall_context invalid'], { options });
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
	// A voicemail that a user left, with all that was his.
	const left = async () => {
		const number = fresh();
		const [a] = await make(voicemail(number, { voicemail_name: 'Leaver', voicemail_password: '4711',
			voicemail_email: 'leaver@example.org', voicemail_attach_audio: '1', voicemail_delete_messages: '1', voicemail_ask_password: '0' }));
		const { voicemail_id: id } = await user(a);
		await applies([{ uuid: a, voicemail_number: '' }], 1, ['1 voicemail_number detached']);
		return { number, id };
	};
	const box = (row) => Object.fromEntries(['name', 'password', 'email', 'attach_audio', 'delete_messages', 'ask_password', 'id']
		.map((name) => [name, row[`voicemail_${name}`]]));
	test('one that nobody has is made anew with its id: nothing of the leaver is inherited', async () => {
		const { number, id } = await left();
		const [a] = await make({ firstname: 'New', lastname: 'Comer' });
		await applies([{ uuid: a, voicemail_number: number, voicemail_context: 'default' }], 1, ['1 voicemail_number voicemail_taken_over']);
		assert.deepEqual(box(await user(a)), { name: 'New Comer', password: null, email: null, attach_audio: null, delete_messages: '0',
			ask_password: '1', id });
	});
	test('of one that nobody has the cells of the row are applied; two rows must agree on them', async () => {
		const { number, id } = await left();
		const [a, b, c] = await make({}, {}, voicemail(fresh(), { voicemail_password: '99' }));
		const pair = (one, other) => [{ uuid: a, ...voicemail(number, one) }, { uuid: b, ...voicemail(number, other) }];
		await refused(pair({ voicemail_password: '4711' }, { voicemail_password: '' }),
			['1 voicemail_number voicemail_taken_over', '2 voicemail_password duplicate.voicemail']);
		await refused(pair({ voicemail_password: '1' }, { voicemail_password: '' }),
			['1 voicemail_number voicemail_taken_over', '2 voicemail_password duplicate.voicemail']);
		await applies([{ uuid: c, voicemail_number: number }], 1, ['1 voicemail_number voicemail_taken_over', '1 voicemail_number detached']);
		assert.deepEqual(box(await user(c)), { name: 'User 3', password: null, email: null, attach_audio: null, delete_messages: '0',
			ask_password: '1', id });
		const other = await left();
		await applies([{ uuid: a, ...voicemail(other.number, { voicemail_name: 'Mine now', voicemail_password: '12' }) }], 1,
			['1 voicemail_number voicemail_taken_over']);
		assert.deepEqual([(await user(a)).voicemail_name, (await user(a)).voicemail_password], ['Mine now', '12']);
	});
	test('what a file passes on goes on as it was', async () => {
		const number = fresh();
		const [a, b] = await make(voicemail(number, { voicemail_password: '4711' }), {});
		await applies([{ uuid: a, voicemail_number: '', voicemail_context: '' }, { uuid: b, voicemail_number: number, voicemail_context: 'default' }],
			2, ['1 voicemail_number detached']);
		assert.deepEqual([(await user(b)).voicemail_password, (await user(b)).voicemail_name], ['4711', 'Voice']);
	});
	test('who shares one and gives another number gets his own, the others keep theirs', async () => {
		const [number, own, used] = [fresh(), fresh(), fresh()];
		const [a, b, c] = await make({ lastname: 'Away', ...voicemail(number, { voicemail_password: '4711', voicemail_email: 'both@example.org' }) },
			voicemail(number), voicemail(used));
		const before = await user(b);
		await applies([{ uuid: a, voicemail_number: own }], 1, ['1 voicemail_number detached']);
		const now = await user(a);
		assert.deepEqual([now.voicemail_number, now.voicemail_name, now.voicemail_password, now.voicemail_email], [own, 'User 1 Away', null, null]);
		assert.deepEqual(await user(b), before);
		const [d] = await make(voicemail(number));
		await applies([{ uuid: d, voicemail_number: used }], 1, ['1 voicemail_number shared.used', '1 voicemail_number detached']);
		assert.equal((await user(d)).voicemail_id, (await user(c)).voicemail_id);
		assert.deepEqual(await user(b), before);
	});
	test('all who share one may give it another number', async () => {
		const [number, other] = [fresh(), fresh()];
		const [a, b] = await make(voicemail(number, { voicemail_password: '4711' }), voicemail(number));
		const { voicemail_id: id } = await user(a);
		const job = await update([{ uuid: a, voicemail_number: other }, { uuid: b, voicemail_number: other }]);
		assert.equal(job.state, 'done', said(job).join());
		for (const uuid of [a, b])
			assert.deepEqual([(await user(uuid)).voicemail_number, (await user(uuid)).voicemail_id, (await user(uuid)).voicemail_password], [other, id, '4711']);
	});
	test('all who share one may go to different numbers', async () => {
		const [number, one, other] = [fresh(), fresh(), fresh()];
		const [a, b] = await make(voicemail(number, { voicemail_password: '4711' }), voicemail(number));
		const job = await applies([{ uuid: a, voicemail_number: one }, { uuid: b, voicemail_number: other }], 2,
			['1 voicemail_number detached', '2 voicemail_number detached']);
		assert.equal(job.counts.voicemails, 2);
		assert.deepEqual([(await user(a)).voicemail_number, (await user(b)).voicemail_number], [one, other]);
		assert.equal(await freeNumber('voicemail', number, 'number'), 1);
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
			['1 voicemail_number shared.changed', '2 voicemail_name duplicate.voicemail', '2 voicemail_number shared.changed']);
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
	test('a number passes to a user who has none', async () => {
		const [x, y] = [fresh(), fresh()];
		const [a, b] = await make(voicemail(x), {});
		const job = await update([{ uuid: a, ...voicemail(y, { voicemail_name: 'V' }) }, { uuid: b, ...voicemail(x, { voicemail_name: 'W' }) }]);
		assert.equal(job.state, 'done', said(job).join());
		assert.deepEqual([(await user(a)).voicemail_number, (await user(b)).voicemail_number, (await user(b)).voicemail_name], [y, x, 'W']);
	});
	test('of several who take a number that moves away, the first makes it, and the others leave theirs', async () => {
		const [v, w, x, y, z] = [fresh(), fresh(), fresh(), fresh(), fresh()];
		const users = await make(voicemail(v), voicemail(w), voicemail(x), voicemail(y));
		const job = await update([z, v, v, x].map((number, i) => ({ uuid: users[i], ...voicemail(number, { voicemail_name: `To ${number}` }) })));
		assert.equal(job.state, 'done', said(job).join());
		const now = await Promise.all(users.map(user));
		assert.deepEqual(now.map((row) => row.voicemail_number), [z, v, v, x]);
		assert.equal(now[1].voicemail_id, now[2].voicemail_id);
		assert.deepEqual([await exists('voicemail', w, 'number'), await freeNumber('voicemail', y, 'number')], [0, 1]);
	});
	test('two rows may not make one differently, nor empty what the other gives', async () => {
		const number = fresh();
		const [a, b] = await make({}, {});
		const pair = (one, other) => [{ uuid: a, ...voicemail(number, one) }, { uuid: b, ...voicemail(number, other) }];
		await refused(pair({ voicemail_name: 'N' }, { voicemail_name: 'M' }), ['2 voicemail_name duplicate.voicemail']);
		await refused(pair({ voicemail_password: '12' }, { voicemail_password: '' }), ['2 voicemail_password duplicate.voicemail']);
	});
	test('rows that name a new one share it: the first makes it', async () => {
		const number = fresh();
		const [a, b] = await make({}, {});
		const job = await update([{ uuid: a, ...voicemail(number) }, { uuid: b, ...voicemail(number) }]);
		assert.deepEqual([job.state, job.counts.voicemails, job.counts.changed], ['done', 1, 2]);
		assert.equal((await user(a)).voicemail_id, (await user(b)).voicemail_id);
	});
});
