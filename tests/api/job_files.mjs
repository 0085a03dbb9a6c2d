// The stored files of ended jobs are deleted by whoever may send such files; the jobs stay.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { apiOf, csv, jobOf } from '../lib/api.mjs';
import { siteOfKinds, whileHeld } from '../lib/held.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, alice, bob, root;
before(async () => {
	site = await freshSite({ setup: siteOfKinds(), settings: { stored_mb_tenant: 100 } });
	[alice, bob, root] = ['alice', 'bob', 'root'].map((user) => apiOf(site, user));
});

const list = '/services/ipbx/imports', mark = 'action="/services/ipbx/imports/files"';
const path = (id) => `/services/ipbx/imports/${id}`;
const forget = (api, id) => api.delete(`/1.1/imports/${id}/files`);
const chunks = (id) => site.value(`SELECT count(*) FROM job_chunk WHERE job_id = ${id}`);
const imported = async (api, name = 'Kept') => jobOf(await api.import(csv({ firstname: name, email: `${name.toLowerCase()}@example.org` })));

test('the upload goes, whole; the job stays with its result, its changes and its undo', async () => {
	const id = await imported(alice);
	const client = await site.client('alice');
	assert.equal((await client.get(`${path(id)}/original.csv`)).status, 200);
	const { files, files_deleted_by: _, ...job } = await alice.job(id);
	assert.equal(files, true);
	assert.equal((await forget(alice, id)).status, 204);
	assert.equal(await chunks(id), 0);
	assert.deepEqual(await alice.job(id), { ...job, files: false, files_deleted_by: 'alice' });
	assert.equal((await alice.result(id)).json.created.length, 1);
	for (const file of ['original.csv', 'result.csv'])
		assert.equal((await client.get(`${path(id)}/${file}`)).status, 410);
	assert.equal((await client.get(`${path(id)}/log`)).status, 200);
	assert.equal((await forget(alice, id)).status, 404, 'there is nothing left');
	assert.deepEqual(await site.value(`SELECT json_agg(json_build_array(admin_name, tenant_id, detail))
		FROM audit WHERE action = 'job.files_deleted'`), [['alice', 1, { job: id, jobs: 1, bytes: 38 }]]);
	assert.equal((await alice.request('POST', `/1.1/imports/${id}/undo`)).status, 200);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE firstname = 'Kept'`), 0);
});

test('a check without its file cannot be applied, a file in error has no rows to correct', async () => {
	const checked = jobOf(await alice.import(csv({ firstname: 'Checked' }), {}, '?dry_run=1'));
	const failed = jobOf(await alice.import(csv({ firstname: '', lastname: 'Nameless' })));
	for (const id of [checked, failed])
		assert.equal((await forget(alice, id)).status, 204);
	const apply = await alice.request('POST', `/1.1/imports/${checked}/apply`);
	assert.equal(apply.status, 409);
	assert.match(apply.json.detail, /no longer kept/);
	const client = await site.client('alice');
	assert.equal((await client.get(`${path(failed)}/errors.csv`)).status, 410);
	assert.equal((await alice.result(failed)).json.errors.length, 1, 'the report stays');
});

test('never of a job that waits or runs', async () => {
	const jobs = new Jobs(site);
	await whileHeld(jobs, async () => {
		const ids = [];
		for (const name of ['Runs', 'Waits'])
			ids.push(jobOf(await alice.import(csv({ firstname: name }), { prefer: 'respond-async' })));
		for (const id of ids) {
			const answer = await forget(alice, id);
			assert.equal(answer.status, 409);
			assert.match(answer.json.detail, /has not ended/);
			assert.equal(await chunks(id), 1);
			await assert.rejects(site.psql(`SET ROLE rollcall_web; BEGIN; SET LOCAL rollcall.scope = '{1}';
				UPDATE job SET files_deleted_by = 'mallory' WHERE id = ${id}`), /has not ended/);
		}
	});
	jobs.close();
	await site.sql('SELECT 1');
});

test('whoever may send such a file may delete it, in his entity alone', async () => {
	const id = await imported(alice, 'Rights');
	const rights = (list) => site.psql(`UPDATE admin SET rights = '{${list}}' WHERE username = 'reader'`);
	for (const [list, status] of [['users.read,users.export', 403], ['users.read,users.update,users.delete,setup', 403]]) {
		await rights(list);
		assert.equal((await forget(apiOf(site, 'reader'), id)).status, status, list);
	}
	assert.equal((await forget(bob, id)).status, 404);
	assert.equal(await chunks(id), 1);
	await imported(bob, 'Own');
	const client = await site.client('bob');
	const [, csrf] = /name="csrf" value="(\w+)"/.exec((await client.get(list)).text);
	assert.equal((await client.post(`${path(id)}/files`, { csrf, sure: '1' })).status, 404);
	assert.equal(await chunks(id), 1);
	await rights('users.read,users.import');
	assert.equal((await forget(apiOf(site, 'reader'), id)).status, 204);
	await rights('users.read,users.export');
	assert.equal((await forget(root, id)).status, 404);
});

test('a tenant whose files take all that they may makes room itself, and is told how', async () => {
	const id = await imported(bob, 'Room');
	await site.psql(`UPDATE job SET bytes = 200::bigint << 20, ended_at = now() - interval '100 days' WHERE id = ${id}`);
	const refused = await bob.import('firstname\nMore\n');
	assert.equal(refused.status, 429);
	assert.match(refused.text, /DELETE \/1\.1\/imports\/ID\/files/);
	const client = await site.client('bob');
	assert.match((await client.upload(Buffer.from('firstname\nMore\n'))).text, /Delete those of old ones under Import history/);
	const before = await imported(alice, 'Other');
	const asked = await client.submit(list, { days: '90' }, mark);
	assert.match(asked.text, /files of 1 import or update\?[\s\S]*200 MB/);
	assert.equal(await chunks(id), 1, 'it is only asked');
	await client.submit(list, { days: '90', sure: '1' }, mark);
	assert.deepEqual([await chunks(id), await chunks(before)], [0, 1], "another entity's files stay");
	assert.equal((await bob.import('firstname\nMore\n')).status, 201);
	for (const days of ['0', '-1', 'x', '', '99999999999']) {
		await client.submit(list, { days, sure: '1' }, mark);
		assert.match((await client.get(list)).text, /from 1 to 36,500/);
	}
});

test('at the command line: one job, or all that ended some time ago, of one tenant or of all', async () => {
	const [a, b] = [await imported(alice, 'A'), await imported(bob, 'B')];
	await site.psql(`UPDATE job SET ended_at = now() - interval '31 days' WHERE id IN (${a}, ${b})`);
	const one = await site.command('forget', '--tenant', 'globex', '--older-than=30');
	assert.deepEqual([one.status, one.stdout], [0, '1 job, 32 bytes\n'], one.stderr);
	assert.deepEqual([await chunks(a), await chunks(b)], [1, 0]);
	const all = await site.command('forget', '--older-than', '30');
	assert.equal(all.stdout, '1 job, 32 bytes\n');
	const none = await site.command('forget', String(a));
	assert.deepEqual([none.status, none.stdout], [0, '0 jobs, 0 bytes\n']);
	for (const wrong of [[], ['x'], ['0'], ['--older-than=0'], ['--older-than=30', '1'], ['1', '2'], ['--all']])
		assert.equal((await site.command('forget', ...wrong)).status, 2, wrong.join(' '));
	assert.equal((await site.command('forget', '999999')).status, 1);
	assert.match(await site.value(`SELECT admin_name FROM audit WHERE action = 'job.files_deleted' ORDER BY id DESC LIMIT 1`), /\(command line\)$/);
});
