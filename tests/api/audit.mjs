// Who did what: each change, each sight of secrets and each refusal is in the audit.
import assert from 'node:assert/strict';
import test, { before, beforeEach } from 'node:test';
import { Api, apiOf, jobOf } from '../lib/api.mjs';
import { jobId } from '../lib/client.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, api, page;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	api = apiOf(site, 'alice');
	page = await site.client('alice');
});
beforeEach(() => site.psql('TRUNCATE audit'));

// What was written of one action: [{admin_name, address, tenant_id, detail}].
const written = (action) => site.sql(`SELECT admin_name, address, tenant_id, detail FROM audit WHERE action = '${action}' ORDER BY id`);
const from = (admin_name, detail, address = '127.0.0.1') => ({ admin_name, address, tenant_id: 1, detail });

test('each file: who sent it, what became its job, and whether it was only checked', async () => {
	const file = 'firstname\nAudited\n';
	const sent = await page.upload(Buffer.from(file), { name: 'people.csv' });
	const checked = await api.check('import', file);
	assert.deepEqual(await written('job.import'), [
		from('alice', { job: jobId(sent), file: 'people.csv', bytes: file.length, check: false }),
		from('alice', { job: jobOf(checked), file: 'import.csv', bytes: file.length, check: true }),
	]);
});

test('what one is told twice is written once', async () => {
	const key = { 'idempotency-key': 'audit-once' };
	const first = await api.import('firstname\nOnce\n', key);
	assert.equal(jobOf(await api.import('firstname\nOnce\n', key)), jobOf(first));
	assert.equal((await written('job.import')).length, 1);
});

test('an update, a button, and the member of an object alike', async () => {
	await api.update(`uuid,lastname\n${uuid(1)},Sander\n`);
	await api.request('PUT', `/1.1/users/${uuid(2)}`, { body: '{"lastname":"Michels"}', headers: { 'content-type': 'application/json' } });
	await page.submit(`/services/ipbx/users/${uuid(2)}`, { action: 'disable' }, `action="/services/ipbx/users/${uuid(2)}/set"`);
	const rows = await written('job.update');
	assert.deepEqual(rows.map((row) => [row.admin_name, row.address, row.detail.check]), Array(3).fill(['alice', '127.0.0.1', false]));
});

test('undo, apply and cancel', async () => {
	const checked = await api.check('update', `uuid,lastname\n${uuid(1)},Applied\n`);
	const job = jobOf(checked);
	await api.apply(job);
	await api.request('POST', `/1.1/imports/${job}/undo`);
	assert.deepEqual((await written('job.apply')).map((row) => row.detail), [{ job }]);
	assert.deepEqual((await written('job.undo')).map((row) => row.detail), [{ job }]);
});

test('the command line has the name of the system\'s user', async () => {
	await site.command('import', '--tenant', 'acme', '--dry-run', 'tests/data/seed_phones.csv');
	const [row] = await written('job.import');
	assert.match(row.admin_name, /^\S+ \(command line\)$/);
	assert.deepEqual([row.address, row.tenant_id, row.detail.file, row.detail.check], [null, 1, 'seed_phones.csv', true]);
});

test('an answer of the API with secrets, for who may see them, and once an hour for the same', async () => {
	for (let i = 0; i < 3; i++)
		await api.get(`/1.1/users/${uuid(1)}`);
	await api.get('/1.1/users?search=Fod%C3%A9&limit=5');
	await api.get('/1.1/users?view=summary');
	await api.request('HEAD', `/1.1/users/${uuid(2)}`);
	await apiOf(site, 'reader').get(`/1.1/users/${uuid(1)}`);
	await api.get(`/1.1/users/${uuid(5)}`);
	assert.deepEqual(await written('user.secrets'), [
		from('alice', { users: [uuid(1)] }),
		from('alice', { search: 'Fodé', columns: {}, limit: 5, offset: 0 }),
	]);
});

test('the file that is converted', async () => {
	const sent = await page.upload(Buffer.from('firstname\nAndr\xe9\n', 'latin1'), { name: 'latin.csv' });
	const answer = await page.get(`/services/ipbx/imports/${jobId(sent)}/converted.csv`);
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(await written('file.download'), [from('alice', { job: jobId(sent), file: 'converted.csv', secrets: true })]);
});

test('what is refused: a right that lacks, a form of another session, another site, another\'s tenant', async () => {
	const reader = await site.client('reader'), csrf = /name="csrf" value="([^"]+)"/.exec((await page.get('/')).text
		+ (await page.get('/services/ipbx/users')).text)[1];
	await apiOf(site, 'reader').delete(`/1.1/users/${uuid(1)}`);
	await apiOf(site, 'reader').import('firstname\nNot\n');
	await reader.get('/services/ipbx/users/import');
	await reader.post('/logout', { csrf });
	await page.post('/services/ipbx/users/delete', { csrf }, { headers: { 'sec-fetch-site': 'cross-site' } });
	assert.deepEqual(await written('request.refused'), [
		from('reader', { request: 'DELETE /1.1/users/{uuid}', reason: 'forbidden' }),
		from('reader', { request: 'POST /1.1/users/import', reason: 'forbidden' }),
		from('reader', { request: 'GET /services/ipbx/users/import', reason: 'forbidden' }),
		from('reader', { request: 'POST /logout', reason: 'form' }),
		from('alice', { request: 'POST /services/ipbx/users/delete', reason: 'cross_site' }),
	]);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE uuid = '${uuid(1)}'`), 1);
});

test('what is refused: a tenant of others, and what is more than a limit allows', async () => {
	const other = await site.value('SELECT uuid FROM tenant WHERE id = 2');
	const tenant = async (uuid) => (await api.request('GET', '/1.1/users', { headers: { 'wazo-tenant': uuid } })).status;
	assert.deepEqual([await tenant(other), await tenant('00000000-0000-4000-8000-000000000000')], [401, 401]);
	assert.equal((await api.request('GET', '/1.1/nothing', { headers: { 'wazo-tenant': other } })).status, 404);
	await site.psql(`UPDATE job SET bytes = bytes + 30000 * 1048576::bigint WHERE id = (SELECT min(id) FROM job WHERE tenant_id = 1)`);
	const sent = await api.import('firstname\nMore\n');
	const form = await page.upload(Buffer.from('firstname\nMore\n'));
	const button = await page.submit(`/services/ipbx/users/${uuid(2)}`, { action: 'enable' }, `action="/services/ipbx/users/${uuid(2)}/set"`);
	await site.psql(`UPDATE job SET bytes = bytes % 1048576 WHERE tenant_id = 1`);
	assert.deepEqual([sent.status, form.status, button.status], [429, 429, 429]);
	assert.deepEqual(await written('request.refused'), [
		from('alice', { request: 'GET /1.1/users', reason: 'tenant' }),
		from('alice', { request: 'GET /1.1/users', reason: 'tenant' }),
		from('alice', { request: 'POST /1.1/users/import', reason: 'quota' }),
		from('alice', { request: 'POST /services/ipbx/users/import', reason: 'quota' }),
		from('alice', { request: 'POST /services/ipbx/users/{uuid}/set', reason: 'quota' }),
	]);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE firstname = 'More'`), 0);
});

test('who is refused a thousand times fills nothing, and what strangers ask for is not written', async () => {
	const reader = apiOf(site, 'reader'), nobody = new Api(site.url);
	for (let i = 0; i < 80; i++)
		await reader.get('/1.1/imports?x=<script>');
	for (let i = 0; i < 5; i++)
		await nobody.get('/1.1/imports');
	const rows = await written('request.refused');
	assert.equal(rows.length, 60);
	assert.match(JSON.stringify(rows.at(-1)), /not written within this hour/);
	assert.doesNotMatch(JSON.stringify(rows), /script/);
});
