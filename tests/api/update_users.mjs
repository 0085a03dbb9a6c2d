// The update of what is no resource with a number: lists, names that are unique over
// all tenants, secrets; that the end state is judged; which users a file may name.
import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { site, fresh, freshIn, phone, incall, voicemail, make, update, user, applies, refused } from '../lib/updates.mjs';

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
	const secrets = { call_permission_password: '11', password: hash, sip_secret: 'hush-hush', voicemail_password: '22' };

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
		await applies([{ uuid: a, entity_id: 1 }], 0);
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
		await refused([{ uuid: a, entity_id: 2 }, { uuid: b, entity_id: 2 }], ['1 entity_id entity.changed'], all);
	});
	test('a provisioning code is not changed, with one warning', async () => {
		const [a] = await make(phone(fresh()));
		const before = (await user(a)).provisioning_code;
		await applies([{ uuid: a, provisioning_code: '123456' }], 0, ['1 provisioning_code column_ignored']);
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

test('a row that changes nothing stands in the way of another that wants what it has', async () => {
	const own = { email: 'stays@example.org', username: 'who.stays', ...phone(fresh(), { sip_username: 'stays1' }), ...incall(freshIn()), ...voicemail(fresh()) };
	const [a, b, c] = await make(own, { ...phone(fresh()), ...incall(freshIn()), ...voicemail(fresh(), { voicemail_password: '1' }) }, { firstname: 'Free' });
	const stays = { uuid: a, ...own }, theirs = await user(b);
	const other = { ...own, email: '', username: '', sip_username: theirs.sip_username, exten: theirs.exten, incall_exten: theirs.incall_exten,
		voicemail_name: theirs.voicemail_name, voicemail_number: theirs.voicemail_number, uuid: b };
	for (const [change, issues] of [
		[{ email: 'STAYS@example.org' }, ['2 email duplicate']],
		[{ username: 'Who.Stays' }, ['2 username duplicate']],
		[{ sip_username: 'stays1' }, ['2 sip_username duplicate']],
		[{ exten: own.exten }, ['2 exten duplicate', '2 exten taken.extension']],
		[{ incall_exten: own.incall_exten }, ['2 incall_exten duplicate', '2 incall_exten taken.incall']],
		[{ incall_exten: `+${own.incall_exten}` }, ['2 incall_exten duplicate']],
	])
		await refused([stays, { ...other, ...change }, { uuid: c }], issues);
	await refused([stays, stays], ['2 uuid duplicate', '2 email duplicate', '2 username duplicate', '2 exten duplicate', '2 sip_username duplicate', '2 incall_exten duplicate']);
	await applies([stays, { ...other, voicemail_number: own.voicemail_number }], 1, ['2 voicemail_number shared.used', '2 voicemail_number detached']);
	await applies([stays, { ...other, voicemail_number: own.voicemail_number, voicemail_name: 'Both' }], 2, ['2 voicemail_number shared.changed']);
});
