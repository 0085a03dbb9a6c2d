// A file refused for its encoding: offered as UTF-8 to who sent it, while it is kept.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { jobId } from '../lib/client.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const imports = '/services/ipbx/imports';

let site, alice, id;
before(async () => {
	site = await freshSite({ settings: { page_wait: 60 } });
	await site.psql(`UPDATE admin SET language = 'en';
		INSERT INTO admin (username, password_setting, password_proof, tenant_id, rights)
		SELECT 'carol', password_setting, password_proof, tenant_id, rights FROM admin WHERE username = 'alice'`);
	site.passwords.carol = site.passwords.alice;
	alice = await site.client('alice');
	id = jobId(await alice.upload(data('bad/latin1.csv'), { name: 'équipe.2024.csv' }));
	assert.equal((await site.job(id)).state, 'failed');
});

const path = (job = id) => `${imports}/${job}/converted.csv`;
const offered = async (client, job = id) => (await client.get(`${imports}/${job}`)).text.includes(path(job));

test('the report offers it, and what is downloaded imports', async () => {
	const page = await site.page('alice');
	await page.goto(`${imports}/${id}`);
	await assertAccessible(page);
	const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Download the file as UTF-8')]);
	assert.equal(download.suggestedFilename(), 'équipe.2024-utf8.csv');
	const bytes = readFileSync(await download.path());
	assert.equal(bytes.toString(), '\ufefffirstname,lastname\r\nJosé,Latin1\r\n');
	const done = jobId(await alice.upload(bytes));
	assert.equal((await site.job(done)).state, 'done');
	assert.equal(await site.value(`SELECT firstname FROM users WHERE lastname = 'Latin1'`), 'José');
	await page.setViewportSize({ width: 320, height: 640 });
	await assertFits(page);
});

test('nobody but who sent it gets it', async () => {
	assert.ok(await offered(alice));
	for (const [name, status] of [['carol', 410], ['root', 410], ['bob', 404], ['reader', 403]]) {
		const client = await site.client(name);
		assert.equal((await client.get(path())).status, status, name);
		assert.ok(!(await offered(client)), name);
	}
	assert.equal((await (await site.client()).get(path())).status, 303);
	assert.equal((await alice.get(path(99999))).status, 404);
});

test('other faults are not offered to be converted', async () => {
	const other = jobId(await alice.upload(data('bad/unclosed_quote.csv')));
	assert.match((await alice.get(`${imports}/${other}`)).text, /a quote is never closed/);
	assert.ok(!(await offered(alice, other)));
	const rows = jobId(await alice.upload(data('bad/many_errors.csv')));
	assert.match((await alice.get(`${imports}/${rows}`)).text, /missing parameters/);
	assert.ok(!(await offered(alice, rows)));
});

test('what is no text in Windows-1252 either is not offered', async () => {
	for (const bytes of ['firstname\nJos\xe9 \x81\n', 'firstname\nJos\xe9\n\0', '\xef\xbb\xbffirstname\nJos\xe9\n',
		`firstname\n${'Jos\xe9\n'.repeat(70000)}\x9d\n`])
		assert.ok(!(await offered(alice, jobId(await alice.upload(Buffer.from(bytes, 'latin1'))))), bytes.slice(0, 30));
	assert.ok(await offered(alice, jobId(await alice.upload(Buffer.from(`firstname\n${'Jos\xe9\n'.repeat(300000)}`, 'latin1')))));
});

test('a picture is called one', async () => {
	const job = jobId(await alice.upload(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), { name: 'photo.png' }));
	const { text } = await alice.get(`${imports}/${job}`);
	assert.match(text, /the file is a picture or a PDF document, not CSV/);
	assert.ok(!(await offered(alice, job)));
});

test('a file that is no Windows-1252 either gets a page that says so', async () => {
	for (const text of ['firstname\nJos\x81\n', 'firstname\nJos\xe9\n"B', 'firstname\nJos\xe9\n"B"C\n']) {
		const job = jobId(await alice.upload(Buffer.from(text, 'latin1')));
		const answer = await alice.get(path(job));
		assert.equal(answer.status, 400);
		assert.match(answer.text, /The file cannot be converted/);
	}
});

test('rows that do not fit are for the import to report', async () => {
	const job = jobId(await alice.upload(Buffer.from('firstname;phonenumber\nJos\xe9\nB;1000;x\n', 'latin1')));
	const answer = await alice.get(path(job));
	assert.equal(answer.status, 200);
	assert.equal(answer.text, 'firstname,exten\r\nJosé\r\nB,1000,x\r\n');
});

test('a large file comes whole', async () => {
	const text = `firstname;lastname\n${Array.from({ length: 40000 }, (_, i) => `Jos\xe9 ${i};"a;${i}"\n`).join('')}`;
	const job = jobId(await alice.upload(Buffer.from(text, 'latin1')));
	const answer = await alice.get(path(job));
	assert.equal(answer.text, `firstname,lastname\r\n${Array.from({ length: 40000 }, (_, i) => `José ${i},a;${i}\r\n`).join('')}`);
});

test('once it is kept no longer it is gone, and is not offered', async () => {
	await site.psql(`UPDATE job_chunk SET kind = 'masked' WHERE job_id = ${id}`);
	assert.ok(!(await offered(alice)));
	const answer = await alice.get(path());
	assert.equal(answer.status, 410);
	assert.match(answer.text, /No longer available/);
});
