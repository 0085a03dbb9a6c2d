// What happened to a user, and on a day: of files, forms, deletions and undo, secrets
// masked, each tenant its own.
import { test, before, after, describe } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf, jobOf } from '../lib/api.mjs';
import { Jobs, csv } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, jobs, alice, bob;
before(async () => {
	site = await freshSite();
	jobs = new Jobs(site);
	alice = apiOf(site, 'alice');
	bob = apiOf(site, 'bob');
});
after(() => jobs?.close());

const today = () => new Date().toISOString().slice(0, 10);
const history = async (uuid, query = '') => (await alice.get(`/1.1/users/${uuid}/history${query}`)).json;
const told = ({ items }) => items.map(({ what, column, old, new: now }) => (what === 'changed' ? [column, old, now] : what));
const userOf = async (name) => jobs.value(`SELECT uuid FROM users WHERE firstname = '${name}'`);
const add = async (user) => assert.equal((await jobs.run('import', csv([user]))).state, 'done');

describe('The history of a user', () => {
	test('tells who was created by which job, and each cell that changed since, newest first', async () => {
		const made = await alice.import(csv([{ firstname: 'Ada', line_protocol: 'sip', context: 'default', exten: '1101', labels: 'support' }]));
		const { user_uuid: uuid } = made.json.created[0];
		const updated = await alice.update(csv([{ uuid, lastname: 'Byron', exten: '1102', labels: '', enabled: '0' }]));
		const { items, total } = await history(uuid);
		assert.equal(total, 5);
		assert.deepEqual(told({ items }).sort(), [['enabled', '1', '0'], ['exten', '1101', '1102'], ['labels', 'support', null],
			['lastname', null, 'Byron'], 'created'].sort());
		assert.equal(items.at(-1).what, 'created');
		assert.deepEqual(items.map((item) => item.job.id), [...Array(4).fill(jobOf(updated)), jobOf(made)]);
		assert.deepEqual([items[0].by, items[0].job.kind, items[0].user_uuid, items[0].name], ['alice', 'update', uuid, 'Ada Byron']);
		assert.match(items[0].at, /^\d{4}-\d\d-\d\dT/);
	});

	test('has pages', async () => {
		const uuid = await userOf('Ada');
		const all = (await history(uuid)).items;
		const [first, second] = [await history(uuid, '?limit=2'), await history(uuid, '?limit=2&offset=2')];
		assert.deepEqual([...first.items, ...second.items], all.slice(0, 4));
		assert.equal(second.total, 5);
		assert.deepEqual((await history(uuid, '?limit=0')).items, []);
	});

	test('shows that a secret changed, and not which it is', async () => {
		await add({ firstname: 'Secret', call_permission_password: '4711' });
		const uuid = await userOf('Secret');
		await alice.update(csv([{ uuid, call_permission_password: '4712' }]));
		const answer = await alice.get(`/1.1/users/${uuid}/history`);
		assert.deepEqual(told(answer.json), [['call_permission_password', '********', '********'], 'created']);
		assert.doesNotMatch(answer.text, /"471[12]"/);
	});

	test('has a number that passes from one to the other on both sides', async () => {
		await add({ firstname: 'Giver', incall_exten: '2101', incall_context: 'from-extern', line_protocol: 'sip', context: 'default', exten: '1111' });
		await add({ firstname: 'Taker', incall_exten: '2102', incall_context: 'from-extern', line_protocol: 'sip', context: 'default', exten: '1112' });
		const [giver, taker] = [await userOf('Giver'), await userOf('Taker')];
		const swapped = await alice.update(csv([{ uuid: giver, incall_exten: '2102', incall_context: 'from-extern', exten: '1112' },
			{ uuid: taker, incall_exten: '2101', incall_context: 'from-extern', exten: '1111' }]));
		assert.equal(swapped.status, 200, swapped.text);
		for (const [uuid, old, now] of [[giver, '1', '2'], [taker, '2', '1']]) {
			const cells = told(await history(uuid)).filter((one) => one !== 'created');
			for (const [column, number] of [['incall_exten', '210'], ['exten', '111']]) {
				const of = cells.filter(([name]) => name === column);
				assert.ok(of.some(([, was]) => was === number + old), `${uuid} had ${number}${old}: ${JSON.stringify(of)}`);
				assert.ok(of.some(([, , is]) => is === number + now), `${uuid} has ${number}${now}: ${JSON.stringify(of)}`);
			}
		}
	});

	test('has the ring seconds of an incoming number that passes, each user its own, as the report of the job and the day', async () => {
		const told = ({ items }, of) => items.filter((one) => one.column?.startsWith('incall') && one.job.id === of)
			.map(({ user_uuid, name, column, old, new: now }) => [user_uuid ?? name, column, old, now]).sort();
		const incall = (incall_exten, incall_ring_seconds = '') => ({ incall_exten, incall_ring_seconds,
			incall_context: incall_exten.replace(/\d+/g, 'from-extern') });
		const update = async (...rows) => jobOf(await alice.update(csv(rows), {}, '?replace_incalls=1'));
		await add({ firstname: 'Slow', ...incall('2103', '10800') });
		await add({ firstname: 'Fast', ...incall('2104', '7') });
		const [slow, fast] = [await userOf('Slow'), await userOf('Fast')];
		const passes = async (id, expected) => {
			const cells = expected.toSorted();
			assert.deepEqual([...told(await history(slow), id), ...told(await history(fast), id)].sort(), cells, 'the histories');
			assert.deepEqual(told((await alice.get(`/1.1/users/history?day=${today()}&limit=200`)).json, id), cells, 'the day');
			const report = await jobs.sql(`SELECT uuid, column_name, was, becomes FROM changes_of_job(${id}, true, 0, 1000) c
				CROSS JOIN LATERAL change_cells(c.change) cell JOIN users ON users.id = cell.user_id WHERE column_name LIKE 'incall%'`);
			assert.deepEqual(report.map((row) => Object.values(row)).sort(), cells, 'the report');
		};
		const given = [[slow, 'incall_exten', '2103', null], [slow, 'incall_ring_seconds', '10800', null],
			[fast, 'incall_exten', null, '2103'], [fast, 'incall_ring_seconds', null, '9']];
		const job = await update({ uuid: slow, ...incall('') }, { uuid: fast, ...incall('2104;2103', '7;9') });
		await passes(job, given);
		await passes(jobOf(await alice.request('POST', `/1.1/imports/${job}/undo`)), given.map(([uuid, column, old, now]) => [uuid, column, now, old]));
		// The same seconds are each one's too, also once the number has gone on.
		const same = given.map((cell) => cell.map((value) => (value === '9' ? '10800' : value)));
		const alike = await update({ uuid: slow, ...incall('') }, { uuid: fast, ...incall('2104;2103', '7;10800') });
		await passes(alike, same);
		const changed = await update({ uuid: fast, ...incall('2104;2103', '7;') });
		await passes(changed, [[fast, 'incall_ring_seconds', '10800', null]]);
		await passes(alike, same);
		await passes(await update({ uuid: fast, ...incall('2104', '7') }), [[fast, 'incall_exten', '2103', null]]);
		await passes(await update({ uuid: slow, ...incall('2103', '5') }), [[slow, 'incall_exten', null, '2103'], [slow, 'incall_ring_seconds', null, '5']]);
		await passes(alike, same);
	});

	test('has the voicemail for as long as it was the user\'s', async () => {
		await add({ firstname: 'Boxed', voicemail_name: 'Box', voicemail_number: '1121', voicemail_context: 'default' });
		await add({ firstname: 'Other', voicemail_name: 'Else', voicemail_number: '1122', voicemail_context: 'default' });
		const [boxed, other] = [await userOf('Boxed'), await userOf('Other')];
		await alice.update(csv([{ uuid: boxed, voicemail_name: 'Mine' }]));
		await alice.update(csv([{ uuid: boxed, voicemail_number: '1122', voicemail_context: 'default' }]));
		await alice.update(csv([{ uuid: other, voicemail_name: 'Ours' }]));
		assert.deepEqual(told(await history(boxed)), [['voicemail_name', 'Else', 'Ours'], ['voicemail_number', '1121', '1122'],
			['voicemail_name', 'Box', 'Mine'], 'created']);
		assert.deepEqual(told(await history(other)), [['voicemail_name', 'Else', 'Ours'], 'created']);
	});

	test('goes on after the user was deleted, and after that was undone', async () => {
		await add({ firstname: 'Gone', lastname: 'Girl' });
		const uuid = await userOf('Gone');
		assert.equal((await alice.delete(`/1.1/users/${uuid}`)).status, 204);
		const deleted = await history(uuid);
		assert.deepEqual([told(deleted), deleted.items[0].job.kind, deleted.items[0].name], [['deleted', 'created'], 'delete', 'Gone Girl']);
		const undone = await alice.request('POST', `/1.1/imports/${deleted.items[0].job.id}/undo`);
		assert.equal(undone.status, 200, undone.text);
		assert.deepEqual(told(await history(uuid)), ['created', 'deleted', 'created']);
	});

	test('is that of one\'s own tenant alone', async () => {
		const uuid = await userOf('Ada');
		assert.equal((await bob.get(`/1.1/users/${uuid}/history`)).status, 404);
		assert.equal((await alice.get('/1.1/users/no-uuid/history')).status, 404);
		assert.equal((await alice.get('/1.1/users/00000000-0000-4000-8000-000000000000/history')).status, 404);
	});

	test('of a job over all tenants says what and when, and not by whom', async () => {
		await add({ firstname: 'Rooted' });
		const uuid = await userOf('Rooted');
		assert.equal((await jobs.run('update', csv([{ uuid, userfield: 'x' }]), { tenant: 0, admin: 'root' })).state, 'done');
		const [item] = (await history(uuid)).items;
		assert.deepEqual([item.what, item.new, item.job, item.by], ['changed', 'x', null, null]);
		assert.match(item.at, /^\d{4}-/);
		const [seen] = (await apiOf(site, 'root').get(`/1.1/users/${uuid}/history`)).json.items;
		assert.deepEqual([seen.by, seen.job.kind], ['root', 'update']);
	});
});

describe('A day', () => {
	const dayOf = (api, day = today(), query = '') => api.get(`/1.1/users/history?day=${day}&limit=200${query}`);

	test('has the changes of all jobs, with users by name, imports as one', async () => {
		const many = await jobs.run('import', csv([{ firstname: 'One' }, { firstname: 'Two' }]));
		const uuid = await userOf('One');
		await alice.update(csv([{ uuid, lastname: 'First' }]));
		await alice.delete(`/1.1/users/${uuid}`);
		const { items } = (await dayOf(alice)).json;
		assert.deepEqual(items.slice(0, 3).map((item) => [item.what, item.name, item.column, item.new, item.users]),
			[['deleted', 'One First', null, null, 1], ['changed', 'One First', 'lastname', 'First', 1], ['created', null, null, null, 2]]);
		assert.equal(items[2].job.id, many.id);
		assert.equal(items[0].user_uuid, uuid);
	});

	test('names the one user whom a job made, also when that user is gone', async () => {
		const { id } = await jobs.run('import', csv([{ firstname: 'Only' }]));
		const uuid = await userOf('Only');
		const told = async () => (await dayOf(alice)).json.items.find((item) => item.job.id === id);
		assert.deepEqual((({ what, name, user_uuid, users }) => ({ what, name, user_uuid, users }))(await told()),
			{ what: 'created', name: 'Only', user_uuid: uuid, users: 1 });
		await alice.delete(`/1.1/users/${uuid}`);
		assert.equal((await told()).name, 'Only');
	});

	test('has the first changes of a large job, and says that there are more', async () => {
		const many = await jobs.run('import', csv(Array.from({ length: 1100 }, (_, i) => ({ firstname: `Many${i}` }))));
		const uuids = (await jobs.sql(`SELECT user_uuid FROM job_user WHERE job_id = ${many.id} ORDER BY row_number`)).map((row) => row.user_uuid);
		await jobs.run('update', csv(uuids.map((uuid) => ({ uuid, userfield: 'changed' }))));
		const updated = (await dayOf(alice)).json.items;
		assert.equal(updated[0].what, 'changed');
		assert.deepEqual(updated.slice(99, 102).map((item) => [item.what, item.users]), [['changed', 1], ['more', 1], ['created', 1100]]);
		const undone = await alice.request('POST', `/1.1/imports/${many.id}/undo?force=1`);
		assert.equal(undone.status, 200, undone.text);
		assert.deepEqual((await dayOf(alice)).json.items.slice(0, 2).map((item) => [item.what, item.users]), [['deleted', 1100], ['more', 1]]);
		const [job] = (await alice.get(`/1.1/users/history?day=${today()}&limit=1`)).json.items;
		assert.deepEqual([job.what, job.job.kind], ['deleted', 'undo']);
	});

	test('of another tenant, or on which nothing happened, has none of them', async () => {
		assert.deepEqual((await dayOf(bob)).json.items, []);
		assert.deepEqual((await dayOf(alice, '2001-01-01')).json, { total: 0, items: [] });
	});

	test('that there is not is named', async () => {
		for (const day of ['2026-02-30', '2026-13-01', 'Tuesday', '', '0000-01-01', "2026-01-01'"]) {
			const answer = await dayOf(alice, encodeURIComponent(day));
			assert.equal(answer.status, 400, day);
			assert.match(answer.text, /day/);
		}
		assert.equal((await alice.get('/1.1/users/history')).status, 400);
	});
});
