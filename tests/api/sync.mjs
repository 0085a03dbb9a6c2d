// One file for the whole truth: an update that finds its users by a column of theirs, makes
// those who come, deletes those whom it says, and disables or deletes those whom it does not
// name.
import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { jobs, fresh, freshIn, phone, incall, voicemail, make, update, user, applies, refused, said } from '../lib/updates.mjs';

const gone = async (uuid) => assert.equal(await user(uuid), undefined);
const by = (match, more) => ({ options: { match, ...more } });
const uuidOf = (where) => jobs.value(`SELECT uuid FROM users WHERE ${where}`);
const emptied = () => jobs.psql('DELETE FROM users WHERE tenant_id = 1; DELETE FROM extension WHERE tenant_id = 1; DELETE FROM incall WHERE tenant_id = 1; DELETE FROM voicemail WHERE tenant_id = 1');

// The job is applied with these warnings and no other, and counts this.
async function synced(rows, options, counts, warnings = []) {
	const job = await update(rows, { options });
	assert.deepEqual([job.state, said(job)], ['done', warnings]);
	const { created = 0, changed, disabled = 0, deleted = 0, unchanged } = job.counts;
	assert.deepEqual({ created, changed, disabled, deleted, unchanged },
		{ created: 0, changed: 0, disabled: 0, deleted: 0, unchanged: 0, ...counts });
	return job;
}

describe('match', () => {
	test('finds users by username, e-mail, user field and number', async () => {
		const number = fresh();
		const [a, b] = await make({ username: 'Match.One', email: 'match.one@example.org', userfield: 'M1', ...phone(number) },
			{ username: 'match.two', email: 'match.two@example.org', userfield: 'm1', ...phone(fresh()) });
		await applies([{ username: 'Match.One', lastname: 'by name' }], 1, [], by('username'));
		await applies([{ email: 'match.one@example.org', lastname: 'by mail' }], 1, [], by('email'));
		await applies([{ userfield: 'M1', lastname: 'by field' }], 1, [], by('userfield'));
		await applies([{ exten: number, context: 'default', lastname: 'by number' }], 1, [], by('exten'));
		await applies([{ exten: number, lastname: 'by number alone' }], 1, [], by('exten'));
		assert.equal((await user(a)).lastname, 'by number alone');
		assert.equal((await user(b)).lastname, null);
	});
	test('compares as the column\'s uniqueness does, and the column itself is no change', async () => {
		const [a] = await make({ username: 'Case.Name', email: 'Case.Mail@example.org', userfield: 'Case' });
		await applies([{ username: 'cASE.nAME' }], 0, [], by('username'));
		await applies([{ email: 'cASE.mAIL@EXAMPLE.org', lastname: 'x' }], 1, [], by('email'));
		assert.deepEqual([(await user(a)).username, (await user(a)).email], ['Case.Name', 'Case.Mail@example.org']);
		await refused([{ userfield: 'case' }], ['1 userfield unknown.user'], by('userfield'));
	});
	test('blanks around a user field do not count, as files of fixed width have them', async () => {
		const [a] = await make({ userfield: 'Wide 1' });
		await applies([{ userfield: 'Wide 1  ', lastname: 'x' }], 1, [], by('userfield', { create: '1' }));
		await applies([{ userfield: ' Wide 1', lastname: 'x' }], 0, [], by('userfield', { create: '1' }));
		assert.deepEqual([(await user(a)).lastname, (await user(a)).userfield], ['x', 'Wide 1']);
		await refused([{ userfield: 'Wide 1', lastname: 'a' }, { userfield: ' Wide 1 ', lastname: 'b' }], ['2 userfield duplicate'], by('userfield'));
	});
	test('nobody, several, nothing: each said with its row, column and value', async () => {
		const [one, two] = [fresh(), fresh()];
		await make({ userfield: 'twice', firstname: 'Ann', ...phone(one) }, { userfield: 'twice', firstname: 'Ben', ...phone(two) },
			{ ...phone(one, { context: 'second', exten: '1001' }) }, { ...phone('1001') });
		const job = await refused([{ userfield: 'nobody', lastname: 'x' }, { userfield: 'twice', lastname: 'x' }, { userfield: '', lastname: 'x' }],
			['1 userfield unknown.user', '2 userfield ambiguous', '3 userfield missing'], by('userfield'));
		assert.deepEqual(job.issues[1].params, { n: '2', users: 'Ann, Ben' });
		await refused([{ exten: '1001', lastname: 'x' }], ['1 exten ambiguous'], by('exten'));
		await applies([{ exten: '1001', context: 'second', lastname: 'x' }], 1, [], by('exten'));
	});
	test('two rows that mean one user are an error, in any case of the key', async () => {
		await make({ email: 'one.user@example.org' });
		await refused([{ email: 'one.user@example.org', lastname: 'a' }, { email: 'ONE.user@example.org', lastname: 'b' }],
			['2 email duplicate'], by('email'));
	});
	test('a header without the column says what is needed', async () => {
		const job = await update([{ uuid: '12345678-9abc-4def-8123-456789abcdef' }], by('userfield'));
		assert.deepEqual([job.state, said(job), job.issues[0].params.name, job.issues[0].params.why],
			['failed', ['0 file.header_missing'], 'userfield', 'why.key']);
	});
	test('a uuid beside another key is ignored, and said to be', async () => {
		const [a, b] = await make({ userfield: 'with uuid' }, {});
		await applies([{ uuid: b, userfield: 'with uuid', lastname: 'x' }], 1, ['0 uuid column_ignored'], by('userfield'));
		assert.deepEqual([(await user(a)).lastname, (await user(b)).lastname], ['x', null]);
	});
	test('keys that change hands in a file take their other cells along', async () => {
		const [one, two] = [fresh(), fresh()];
		const [a, b] = await make({ firstname: 'Ann', ...phone(one) }, { firstname: 'Ben', ...phone(two) });
		await applies([{ exten: one, firstname: 'Ben' }, { exten: two, firstname: 'Ann' }], 2, [], by('exten'));
		assert.deepEqual([(await user(a)).firstname, (await user(b)).firstname], ['Ben', 'Ann']);
	});
	test('another tenant\'s users are not there', async () => {
		await make({ entity_id: 2, userfield: 'foreign', email: 'foreign.key@example.org' });
		await refused([{ userfield: 'foreign' }], ['1 userfield unknown.user'], by('userfield'));
		const job = await refused([{ email: 'foreign.key@example.org', firstname: 'x' }], ['1 email taken.user'], by('email', { create: '1' }));
		assert.deepEqual(job.issues[0].params, {});
	});
});

describe('create', () => {
	test('makes who is found by nobody, as an import does; the second run changes nothing', async () => {
		const rows = [{ userfield: 'new.1', firstname: 'New', ...phone(fresh()), ...incall(freshIn(), { incall_ring_seconds: '10' }),
			...voicemail(fresh(), { voicemail_password: '1234' }), labels: 'sales', call_permissions: 'mobile', username: 'new.one',
			password: 'Secret-12345', cti_profile_enabled: '1', cti_profile_name: 'Client' }];
		await synced(rows, { match: 'userfield', create: '1' }, { created: 1 });
		const made = await user(await uuidOf(`userfield = 'new.1'`));
		assert.deepEqual([made.firstname, made.exten, made.incall_exten, made.voicemail_number, made.labels, made.enabled, made.ring_seconds],
			['New', rows[0].exten, rows[0].incall_exten, rows[0].voicemail_number, 'sales', '1', '30']);
		assert.match(made.sip_username, /^[a-z0-9]{8}$/);
		const { password, ...again } = rows[0];
		await synced([again], { match: 'userfield', create: '1' }, { unchanged: 1 });
	});
	test('without it nobody is made', () => refused([{ userfield: 'not.made', firstname: 'x' }], ['1 userfield unknown.user'], by('userfield')));
	test('has all rules of an import', async () => {
		await refused([{ userfield: 'bad.1', exten: '5', context: 'default', line_protocol: 'sip' }], ['1 exten exten_range', '1 firstname missing'],
			by('userfield', { create: '1' }));
		await refused([{ userfield: 'bad.2', firstname: '' }], ['1 firstname missing'], by('userfield', { create: '1' }));
		await refused([{ userfield: 'twin', firstname: 'a' }, { userfield: 'twin', firstname: 'b' }], ['2 userfield duplicate'],
			by('userfield', { create: '1' }));
		await refused([{ exten: fresh(), firstname: 'a' }], ['1 group', '1 context missing', '1 line_protocol missing'], by('exten', { create: '1' }));
	});
	test('a secret that an export hid is not set, and said to be so', async () => {
		await synced([{ userfield: 'hidden', firstname: 'x', call_permission_password: '********' }], { match: 'userfield', create: '1' },
			{ created: 1 }, ['1 call_permission_password masked']);
	});
	test('an empty key makes a user each time, with a warning', async () => {
		await synced([{ userfield: '', firstname: 'Keyless' }], { match: 'userfield', create: '1' }, { created: 1 }, ['1 userfield key_empty']);
		await refused([{ userfield: 'x y', firstname: '' }, { userfield: '', firstname: '', lastname: 'z' }],
			['1 firstname missing', '2 userfield key_empty', '2 firstname missing'], by('userfield', { create: '1' }));
	});
	test('by uuid the user gets the uuid of the row, unless somebody has it', async () => {
		const uuid = '12345678-9abc-4def-8123-000000000001';
		await synced([{ uuid, firstname: 'Back' }], { create: '1' }, { created: 1 });
		assert.equal((await user(uuid)).firstname, 'Back');
		await synced([{ uuid, firstname: 'Back' }], { create: '1' }, { unchanged: 1 });
		const [foreign] = await make({ entity_id: 2 });
		const job = await refused([{ uuid: foreign, firstname: 'x' }], ['1 uuid taken.user'], by('uuid', { create: '1' }));
		assert.deepEqual(job.issues[0].params, {});
	});
	test('over all tenants the row says where', async () => {
		await refused([{ userfield: 'all.1', firstname: 'x', entity_id: '' }, { userfield: 'all.2', firstname: 'x', entity_id: '99' }],
			['1 entity_id missing.entity', '2 entity_id unknown.entity'], { tenant: 0, admin: 'root', ...by('userfield', { create: '1' }) });
		await make({ userfield: 'all.3' });
		const job = await update([{ userfield: 'all.3', firstname: 'Two', entity_id: '2' }], { tenant: 0, admin: 'root', ...by('userfield', { create: '1' }) });
		assert.deepEqual([job.state, job.counts.created], ['done', 1]);
		assert.deepEqual(await jobs.sql(`SELECT tenant_id, firstname FROM users WHERE userfield = 'all.3' ORDER BY 1`),
			[{ tenant_id: 1, firstname: 'User 1' }, { tenant_id: 2, firstname: 'Two' }]);
	});
});

describe('a value for all rows', () => {
	const all = { match: 'userfield', create: '1', set: ['line_protocol:sip', 'context:default', 'incall_context:from-extern'] };
	test('makes no phone, and empties none: a number that is taken away goes alone', async () => {
		const [number, did] = [fresh(), freshIn()];
		const rows = [{ userfield: 'set.1', firstname: 'With', exten: number, incall_exten: did }, { userfield: 'set.2', firstname: 'Without', exten: '', incall_exten: '' }];
		await synced(rows, all, { created: 2 });
		await synced(rows, all, { unchanged: 2 });
		const uuid = await uuidOf(`userfield = 'set.1'`);
		await synced([{ ...rows[0], exten: '', incall_exten: '' }, rows[1]], all, { changed: 1, unchanged: 1 }, ['1 incall_exten detached']);
		assert.deepEqual([(await user(uuid)).exten, (await user(uuid)).line_protocol, (await user(uuid)).context, (await user(uuid)).incall_exten],
			[null, 'sip', 'default', null]);
		await synced(rows, all, { changed: 1, unchanged: 1 });
		assert.equal((await user(uuid)).exten, number);
	});
});

describe('_delete', () => {
	test('deletes the row\'s user, whose other cells are not judged; a second run says that he is gone', async () => {
		const [number, box, did] = [fresh(), fresh(), freshIn()];
		const [a, b] = await make({ userfield: 'del.a', ...phone(number), ...voicemail(box), ...incall(did) }, { userfield: 'del.b' });
		const rows = [{ userfield: 'del.a', _delete: '1', email: 'no address', exten: '!' }, { userfield: 'del.b', _delete: '', email: 'del.b@example.org', exten: '' }];
		await synced(rows, { match: 'userfield' }, { deleted: 1, changed: 1 });
		await gone(a);
		assert.equal((await user(b)).email, 'del.b@example.org');
		assert.equal(await jobs.value(`SELECT count(*)::int FROM extension WHERE exten = '${number}'`), 0);
		assert.deepEqual(await jobs.sql(`SELECT user_id FROM incall WHERE exten = '${did}'`), [{ user_id: null }]);
		assert.equal(await jobs.value(`SELECT count(*)::int FROM voicemail WHERE number = '${box}'`), 1);
		await synced(rows, { match: 'userfield' }, { unchanged: 1 }, ['1 userfield deleted_before']);
	});
	test('takes the voicemail along where nobody else has it', async () => {
		const [own, shared] = [fresh(), fresh()];
		const [, , c] = await make({ userfield: 'vm.a', ...voicemail(own) }, { userfield: 'vm.b', ...voicemail(shared) }, voicemail(shared));
		await synced([{ userfield: 'vm.a', _delete: '1' }, { userfield: 'vm.b', _delete: 'yes' }], { match: 'userfield', voicemail: 'delete' }, { deleted: 2 });
		assert.deepEqual(await jobs.sql(`SELECT number FROM voicemail WHERE number IN ('${own}', '${shared}')`), [{ number: shared }]);
		assert.equal((await user(c)).voicemail_number, shared);
	});
	test('works by uuid too, and needs the right', async () => {
		const [a] = await make({});
		await refused([{ uuid: a, _delete: '1' }], ['1 _delete delete_right'], { admin: 'reader' });
		await synced([{ uuid: a, _delete: '1' }], {}, { deleted: 1 });
		await gone(a);
	});
	test('a user whom a second row changes is an error, and so is a word that is none', async () => {
		const [a] = await make({ userfield: 'del.two' });
		await refused([{ userfield: 'del.two', _delete: '1' }, { userfield: 'del.two', _delete: '0' }], ['2 userfield duplicate'], by('userfield'));
		await refused([{ uuid: a, _delete: 'maybe' }], ['1 _delete choice']);
		await refused([{ userfield: '', _delete: '1' }], ['1 userfield missing'], by('userfield', { create: '1' }));
	});
	test('an import has no such column, and says so', async () => {
		const job = await jobs.run('import', 'firstname,_delete\nA,1\n');
		assert.deepEqual([job.state, said(job)], ['done', ['0 _delete column_ignored']]);
	});
});

describe('the end state is judged', () => {
	test('a newcomer has a leaver\'s number, address, name and incoming number; nobody inherits the voicemail', async () => {
		const [number, box, did] = [fresh(), fresh(), freshIn()];
		const had = { ...phone(number, { sip_username: 'leaver-sip' }), ...incall(did), email: 'desk@example.org', username: 'desk' };
		await make({ userfield: 'leaver', ...had, ...voicemail(box, { voicemail_name: 'Old', voicemail_password: '4711' }) });
		await synced([
			{ userfield: 'leaver', _delete: '1' },
			{ userfield: 'newcomer', firstname: 'New', _delete: '0', ...had, ...voicemail(box, { voicemail_name: 'New' }) },
		], { match: 'userfield', create: '1' }, { deleted: 1, created: 1 }, ['2 voicemail_number voicemail_taken_over']);
		const made = await user(await uuidOf(`userfield = 'newcomer'`));
		assert.deepEqual([made.exten, made.incall_exten, made.email, made.username, made.voicemail_number, made.voicemail_name, made.voicemail_password],
			[number, did, 'desk@example.org', 'desk', box, 'New', null]);
	});
	test('the same where the voicemail goes with the leaver, and where somebody who stays takes it all', async () => {
		const [number, box] = [fresh(), fresh()];
		const [, stays] = await make({ userfield: 'l.1', email: 'l1@example.org', ...phone(number), ...voicemail(box, { voicemail_password: '4711' }) },
			{ userfield: 's.1', ...phone(fresh()) });
		await synced([{ userfield: 'l.1', _delete: '1' },
			{ userfield: 's.1', _delete: '', email: 'l1@example.org', ...phone(number), ...voicemail(box) }],
		{ match: 'userfield', voicemail: 'delete' }, { deleted: 1, changed: 1 });
		const now = await user(stays);
		assert.deepEqual([now.exten, now.email, now.voicemail_number, now.voicemail_password], [number, 'l1@example.org', box, null]);
	});
	test('a newcomer gets what a row that stays gives up', async () => {
		const [one, two] = [fresh(), fresh()];
		await make({ userfield: 'g.1', email: 'g1@example.org', ...phone(one) });
		await synced([{ userfield: 'g.1', firstname: 'x', email: 'other@example.org', ...phone(two) },
			{ userfield: 'g.2', firstname: 'y', email: 'g1@example.org', ...phone(one) }], { match: 'userfield', create: '1' }, { changed: 1, created: 1 });
		assert.equal((await user(await uuidOf(`userfield = 'g.2'`))).exten, one);
	});
});

describe('absent', () => {
	const company = async (n, more = () => ({})) => {
		await emptied();
		return make(...Array.from({ length: n }, (_, i) => ({ userfield: `c.${i}`, ...more(i) })));
	};
	const named = (from, to) => Array.from({ length: to - from }, (_, i) => ({ userfield: `c.${from + i}` }));
	test('disables whom no row names, once', async () => {
		const all = await company(20);
		await jobs.psql(`UPDATE users SET enabled = false WHERE uuid = '${all[0]}'`);
		await synced(named(2, 20), { match: 'userfield', absent: 'disable' }, { disabled: 1, unchanged: 18 });
		assert.deepEqual([(await user(all[1])).enabled, (await user(all[2])).enabled], ['0', '1']);
		await synced(named(2, 20), { match: 'userfield', absent: 'disable' }, { unchanged: 18 });
	});
	test('deletes whom no row names', async () => {
		const all = await company(20);
		await synced(named(2, 20), { match: 'userfield', absent: 'delete' }, { deleted: 2, unchanged: 18 });
		await gone(all[0]);
		await synced(named(2, 20), { match: 'userfield', absent: 'delete' }, { unchanged: 18 });
	});
	test('more than a tenth needs their very number', async () => {
		await company(20);
		const job = await refused(named(3, 20), ['0 absent_limit'], by('userfield', { absent: 'delete' }));
		assert.deepEqual(job.issues[0].params, { n: '3', all: '20', limit: '10' });
		await refused(named(3, 20), ['0 absent_limit'], by('userfield', { absent: 'delete', absent_confirm: '4' }));
		await synced(named(3, 20), { match: 'userfield', absent: 'delete', absent_confirm: '3' }, { deleted: 3, unchanged: 17 });
	});
	test('an empty file is an error, whatever was confirmed', async () => {
		await company(3);
		const job = await jobs.run('update', 'userfield\n', by('userfield', { absent: 'delete', absent_confirm: '3' }));
		assert.deepEqual([job.state, job.counts], ['failed', {}]);
		assert.equal(await jobs.value('SELECT count(*)::int FROM users WHERE tenant_id = 1'), 3);
	});
	test('rows with errors name their users; the number is not told while rows are unknown', async () => {
		await company(4);
		await refused([{ userfield: 'c.0', email: 'x' }, ...named(1, 4).map((row) => ({ ...row, email: '' }))], ['1 email invalid'], by('userfield', { absent: 'delete' }));
		await refused([{ userfield: 'c.0' }, { userfield: 'c.9' }], ['2 userfield unknown.user'], by('userfield', { absent: 'delete' }));
		await jobs.psql(`UPDATE users SET userfield = 'c.2' WHERE userfield = 'c.3'`);
		await refused(named(0, 3), ['3 userfield ambiguous'], by('userfield', { absent: 'delete' }));
	});
	test('is narrowed by context and label; names that are not there are errors', async () => {
		const all = await company(12, (i) => ({ ...phone(i < 6 ? String(1100 + i) : fresh(), { context: i < 6 ? 'second' : 'default' }),
			labels: i % 2 ? 'sales' : '' }));
		const rest = named(1, 6);
		await refused(rest, ['0 absent_limit'], by('userfield', { absent: 'disable', context: 'second' }));
		await synced(rest, { match: 'userfield', absent: 'disable', context: 'second', absent_confirm: '1' }, { disabled: 1, unchanged: 5 });
		const sales = [1, 3, 5, 7, 9].map((i) => ({ userfield: `c.${i}` }));
		await synced(sales, { match: 'userfield', absent: 'delete', label: 'sales', absent_confirm: '1' }, { deleted: 1, unchanged: 5 });
		await gone(all[11]);
		await synced(sales, { match: 'userfield', absent: 'delete', label: 'sales', context: 'second' }, { unchanged: 5 });
		const job = await refused(sales, ['0 context unknown.context', '0 label unknown.label'],
			by('userfield', { absent: 'delete', context: 'secnd', label: 'globex' }));
		assert.equal(job.issues[0].params.nearest, 'second');
	});
	test('a tenant that has neither label nor context is updated like any other', async () => {
		const [uuid] = await make({ entity_id: 2 });
		for (const table of ['label', 'context'])
			await jobs.psql(`DELETE FROM ${table} WHERE tenant_id = 2`);
		const job = await update([{ uuid, lastname: 'Bare' }], { tenant: 2, admin: 'bob' });
		assert.deepEqual([job.state, said(job), job.counts.changed], ['done', [], 1]);
	});
	test('of another tenant nobody is absent', async () => {
		const [foreign] = await make({ entity_id: 2 });
		await company(1);
		await synced(named(0, 1), { match: 'userfield', absent: 'delete' }, { unchanged: 1 });
		assert.ok(await user(foreign));
	});
});
