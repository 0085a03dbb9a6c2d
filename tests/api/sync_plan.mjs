// What an update that synchronises would do is shown before: who comes, changes, is disabled
// and leaves, cell by cell; what it did, by the API, on the result file and by the command line.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before, beforeEach } from 'node:test';
import { apiOf, csv, jobOf, told } from '../lib/api.mjs';
import { siteOfKinds } from '../lib/held.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, api, updater, deleter;
before(async () => {
	const setup = siteOfKinds();
	setup.tenants[0].admins.push({ username: 'deleter', password: 'deleter-Secret-1', rights: ['users.read', 'users.update', 'users.delete'] });
	site = await freshSite({ setup });
	[api, updater, deleter] = ['alice', 'updater', 'deleter'].map((user) => apiOf(site, user));
});

// Ann, Ben, Cid, Dan, whom their user fields name.
beforeEach(async () => {
	await site.psql('DELETE FROM users; DELETE FROM voicemail; DELETE FROM incall; DELETE FROM extension');
	const made = await api.import(csv(
		{ firstname: 'Ann', userfield: 'A', line_protocol: 'sip', context: 'default', exten: '1001', labels: 'sales' },
		{ firstname: 'Ben', userfield: 'B', line_protocol: 'sip', context: 'default', exten: '1002', incall_exten: '2002', incall_context: 'from-extern',
			voicemail_name: 'Ben', voicemail_number: '1002', voicemail_context: 'default', call_permission_password: '99' },
		{ firstname: 'Cid', userfield: 'C' },
		{ firstname: 'Dan', userfield: 'D' }));
	assert.equal(made.status, 201, made.text);
});

const query = '?match=userfield&create=1&voicemail=delete&absent=disable&absent_confirm=1';
const file = () => csv(
	{ userfield: 'A', firstname: 'Ann', exten: '1002', line_protocol: 'sip', context: 'default', _delete: '' },
	{ userfield: 'B', firstname: '', exten: '', line_protocol: '', context: '', _delete: '1' },
	{ userfield: 'C', firstname: 'Cid', exten: '', line_protocol: '', context: '', _delete: '0' },
	{ userfield: 'E', firstname: 'Eve', exten: '1001', line_protocol: 'sip', context: 'default', _delete: '' });
const users = async () => (await api.export()).map((user) => [user.firstname, user.exten ?? '', user.enabled]).sort();

test('the plan names everybody who would come, change, be disabled or leave', async () => {
	const before = await site.content();
	const answer = await api.update(file(), {}, `${query}&dry_run=1`);
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(await site.content(), before);
	const { plan, changes, warnings } = answer.json;
	assert.deepEqual(told(warnings), []);
	const { resources, ...people } = plan;
	assert.deepEqual(people, { create: 1, update: 1, unchanged: 1, disable: 1, remove: 1 });
	assert.deepEqual([resources.lines.create, resources.lines.remove, resources.extensions.create, resources.extensions.remove,
		resources.extensions.update, resources.incalls.detach, resources.voicemails.remove], [1, 1, 1, 1, 1, 1, 1]);
	const by = Object.fromEntries(changes.map(({ user }) => [user, changes.filter((change) => change.user === user)]));
	const cells = (name) => Object.fromEntries(by[name].map((change) => [change.column, [change.old, change.new]]));
	assert.deepEqual(cells('Ann'), { exten: ['1001', '1002'] });
	assert.deepEqual([cells('Ben').exten, cells('Ben').voicemail_number, cells('Ben').call_permission_password, cells('Ben').firstname],
		[['1002', null], ['1002', null], ['********', null], ['Ben', null]]);
	assert.deepEqual(cells('Dan'), { enabled: ['1', '0'] });
	assert.deepEqual([cells('Eve').firstname, cells('Eve').exten, cells('Eve').userfield, cells('Eve').sip_secret], [[null, 'Eve'], [null, '1001'], [null, 'E'], [null, null]]);
	assert.ok(by.Eve.find((change) => change.column === 'sip_secret').generated);
	assert.deepEqual(Object.entries(by).map(([name, [{ row_number: row, uuid }]]) => [name, row, uuid !== null]),
		[['Ann', 1, true], ['Ben', 2, true], ['Eve', 4, false], ['Dan', 0, true]]);
});

test('what was checked is applied, and the answer says with whom it did what', async () => {
	const checked = jobOf(await api.update(file(), {}, `${query}&dry_run=1`));
	const { json, status, text } = await api.apply(checked);
	assert.equal(status, 200, text);
	assert.deepEqual(await users(), [['Ann', '1002', '1'], ['Cid', '', '1'], ['Dan', '', '0'], ['Eve', '1001', '1']]);
	const rows = (list) => list.map((row) => row.row_number);
	assert.deepEqual([rows(json.updated), rows(json.created), rows(json.disabled), rows(json.deleted), json.unchanged], [[1], [4], [null], [2], 1]);
	assert.deepEqual((await api.job(checked)).counts, { changed: 1, created: 1, deleted: 1, disabled: 1, unchanged: 1, lines: 1, extensions: 1, incalls: 0, voicemails: 0 });
	assert.deepEqual(await site.sql(`SELECT number FROM voicemail`), []);
	const again = await api.update(file(), {}, query);
	assert.deepEqual([again.status, told(again.json.warnings), again.json.unchanged, again.json.updated, again.json.created, again.json.deleted, again.json.disabled],
		[200, [['deleted_before', 2, 'userfield']], 3, [], [], [], []]);
});

test('where somebody comes meanwhile, the check is shown anew', async () => {
	const checked = jobOf(await api.update(file(), {}, `${query}&dry_run=1`));
	await api.import(csv({ firstname: 'Fay' }));
	const answer = await api.apply(checked);
	assert.equal(answer.status, 400, answer.text);
	assert.deepEqual(told(answer.json.errors), [['absent_limit', 0, null]]);
});

test('the result file has the uuids of all its rows that have a user', async () => {
	const job = jobOf(await api.update(file(), {}, query));
	const client = await site.client('alice');
	const { text } = await client.get(`/services/ipbx/imports/${job}/result.csv`);
	const uuids = await site.sql(`SELECT firstname, uuid FROM users`);
	for (const { firstname, uuid } of uuids.filter((user) => user.firstname !== 'Dan'))
		assert.match(text, new RegExp(`${firstname}.*${uuid}`));
	assert.match(text, /^B,,,,,1,,,,\r?$/m);
});

test('each option needs its right, to send and to apply', async () => {
	const before = await site.content();
	const rows = csv({ userfield: 'A', firstname: 'x' });
	for (const [who, of] of [[deleter, 'create=1'], [updater, 'absent=delete&absent_confirm=3'], [updater, 'create=1']]) {
		const answer = await who.update(rows, {}, `?match=userfield&${of}`);
		assert.equal(answer.status, 403, answer.text);
		assert.match(answer.text, /create needs users.import, absent=delete users.delete/);
	}
	const byRow = await updater.update(csv({ userfield: 'A', _delete: '1' }), {}, '?match=userfield');
	assert.deepEqual(told(byRow.json.errors), [['delete_right', 1, '_delete']]);
	for (const [file, of] of [[rows, '?match=userfield&create=1'], [csv({ userfield: 'A', _delete: '1' }), '?match=userfield']]) {
		const checked = jobOf(await api.update(file, {}, `${of}&dry_run=1`));
		assert.equal((await updater.apply(checked)).status, 403);
		assert.equal((await updater.cancel(checked)).status, 403);
	}
	assert.deepEqual(await site.content(), before);
	assert.equal((await deleter.update(csv({ userfield: 'A', _delete: '1' }), {}, '?match=userfield')).status, 200);
});

test('options that mean nothing alone are refused', async () => {
	for (const of of ['context=default', 'label=sales', 'absent_confirm=3', 'match=name', 'absent_confirm=0&absent=delete', 'absent=gone']) {
		const answer = await api.update(file(), {}, `?${of}`);
		assert.equal(answer.status, 400, of);
		assert.match(answer.json.detail, /context|label|absent|match/);
	}
	assert.equal((await api.import(csv({ firstname: 'x' }), {}, '?create=1')).status, 400);
});

test('the command line has the same options', async () => {
	writeFileSync(join(site.dir, 'sync.csv'), file());
	const options = ['--match=userfield', '--create', '--voicemail=delete', '--absent=disable', '--absent-confirm=1'];
	const checked = await site.command('update', '--tenant', 'acme', '--dry-run', ...options, join(site.dir, 'sync.csv'));
	assert.equal(checked.status, 0, checked.stderr);
	assert.match(checked.stdout, /^users +1 +1 +1 +1 +1/m);
	assert.match(checked.stdout, /^Dan: enabled: "1" -> "0"$/m);
	const done = await site.command('update', '--tenant', 'acme', ...options, join(site.dir, 'sync.csv'));
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /created 1.*disabled 1|disabled 1.*created 1/);
	assert.match((await site.command('update', '--tenant', 'acme', '--match=name', join(site.dir, 'sync.csv'))).stderr, /match must be one of/);
});

test('a voicemail that nobody has after the file is told as free, and one that others still share is not', async () => {
	const box = (number) => ({ voicemail_name: 'Box', voicemail_number: number, voicemail_context: 'default' });
	const made = await api.import(csv({ firstname: 'Eli', userfield: 'E', ...box('1006') }, { firstname: 'Fay', userfield: 'F', ...box('1006') },
		{ firstname: 'Gus', userfield: 'G', ...box('1007') }, { firstname: 'Hal', userfield: 'H', ...box('1008') }));
	assert.equal(made.status, 201, made.text);
	const detached = async (file, query = '') => {
		const answer = await api.update(file, {}, `?match=userfield&dry_run=1${query}`);
		assert.equal(answer.status, 200, answer.text);
		const { detach, remove } = { detach: 0, remove: 0, ...answer.json.plan.resources.voicemails };
		return [detach, remove, jobOf(answer)];
	};
	const leave = (...keys) => csv(...keys.map((userfield) => ({ userfield, _delete: '1' })));
	assert.deepEqual((await detached(leave('E'))).slice(0, 2), [0, 0], 'Fay shares it');
	assert.deepEqual((await detached(leave('E', 'F', 'G'))).slice(0, 2), [2, 0]);
	assert.deepEqual((await detached(leave('E', 'F', 'G'), '&voicemail=delete')).slice(0, 2), [0, 2]);
	const heir = csv({ userfield: 'G', firstname: '', voicemail_number: '', voicemail_context: '', _delete: '1' },
		{ userfield: 'N', firstname: 'New', voicemail_number: '1007', voicemail_context: 'default', _delete: '' });
	assert.deepEqual((await detached(heir, '&create=1')).slice(0, 2), [0, 0], 'the newcomer has it');
	const [, , id] = await detached(leave('G', 'H'));
	const alice = await site.client('alice');
	assert.match((await alice.get(`/services/ipbx/imports/${id}`)).text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '), /Messageries vocales 0 0 0 0 2/);
	// Applied, it is that plan.
	const applied = await api.apply(id);
	assert.equal(applied.status, 200, applied.text);
	assert.equal(await site.value("SELECT count(*)::int FROM voicemail WHERE number IN ('1007', '1008')"), 2);
});
