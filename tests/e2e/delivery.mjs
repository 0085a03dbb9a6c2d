// The end of a job is sent on: to the webhook of its entity, and by mail to who sent it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { file, imports, store } from '../lib/checks.mjs';
import { freshSite, rollcall } from '../lib/stack.mjs';

const path = '/configuration/webhook';

let site, alice, server, hook;
const got = [];	// requests that have arrived
let answer = 200;
const dir = mkdtempSync(join(tmpdir(), 'rollcall-delivery-'));
const mailed = join(dir, 'mail');

before(async () => {
	server = http.createServer((request, response) => {
		let body = '';
		request.on('data', (bytes) => { body += bytes; });
		request.on('end', () => {
			got.push({ url: request.url, method: request.method, headers: request.headers, body });
			response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('not of interest');
		});
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	hook = `http://127.0.0.1:${server.address().port}/hook?x=1`;
	// As a machine's own program for mails: what it is handed is kept.
	writeFileSync(join(dir, 'sendmail'), `#!/bin/sh\n[ ! -e ${dir}/broken ] || exit 75\n{ echo "$@"; cat; } >${mailed}\n`);
	chmodSync(join(dir, 'sendmail'), 0o755);
	chmodSync(dir, 0o777);
	site = await freshSite({ settings: { page_wait: 0, sendmail: `${dir}/sendmail -t  -i`, webhook_private: 'true' } });
	await site.psql(`UPDATE admin SET language = 'en'`);
	await site.psql(`UPDATE admin SET rights = '{users.read,users.import,setup}' WHERE username = 'alice'`);
	alice = await site.client('alice');
	await site.stop('worker');
});
after(() => {
	server.close();
	rmSync(dir, { recursive: true, force: true });
});
beforeEach(async () => {
	got.length = 0;
	answer = 200;
	await site.psql('DELETE FROM job; DELETE FROM job_webhook');
	await site.psql('UPDATE admin SET email = NULL');
});

// A job that has ended, as a worker leaves it.
async function ended(name = 'Ann') {
	const id = await store(alice, imports, file('firstname', name));
	await site.psql(`UPDATE job SET state = 'done', started_at = now(), ended_at = now(), rows = 1,
		counts = '{"users": 1}' WHERE id = ${id}`);
	return id;
}

const deliver = (env = {}) => promisify(execFile)(rollcall, ['--config', join(site.dir, 'rollcall.conf'), 'deliver'],
	{ env: { ...process.env, ...env } });
const save = (fields, client = alice) => client.submit(path, fields, `action="${path}"`);
const secretOf = (page) => /<code>([0-9a-f]{64})<\/code>/.exec(page.text)?.[1];
const waiting = () => site.value('SELECT count(*)::int FROM job_delivery');
const againNow = () => site.psql('UPDATE job_delivery SET due_at = now()');

test('a webhook is set up in the browser, and its secret is shown once', async () => {
	const page = await site.page('alice');
	await page.goto(path);
	await assertAccessible(page);
	await page.fill('#url', 'ftp://x');
	await page.evaluate(() => { document.querySelector('main form').noValidate = true; });
	await page.click('main .main');
	await page.getByText('Write an address such as').first().waitFor();
	await assertAccessible(page);
	await page.fill('#url', hook);
	await page.click('main .main');
	const secret = await page.locator('.once code').innerText();
	assert.match(secret, /^[0-9a-f]{64}$/);
	await page.setViewportSize({ width: 390, height: 844 });
	await assertFits(page);
	await page.goto(path);
	assert.equal(await page.inputValue('#url'), hook);
	assert.ok(!(await page.content()).includes(secret));
	const [row] = await site.sql('SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1');
	assert.deepEqual(row, { action: 'webhook.change', detail: { host: new URL(hook).origin } });
	assert.ok(!JSON.stringify(await site.sql('SELECT * FROM audit')).includes(secret));
	await page.fill('#url', '');
	await page.click('main .main');
	await page.getByText('There is no webhook any more.').waitFor();
	await page.context().close();
});

test('addresses that are none are refused, and other entities are out of reach', async () => {
	for (const url of ['file:///etc/passwd', 'gopher://x/', 'http://', 'http://a:b@example.org/', 'http://x y/', 'javascript:1',
		`http://x/${'a'.repeat(2000)}`, 'http://é.example/', 'http://x/\r\nHost: y'])
		assert.equal((await save({ url })).status, 400, url);
	assert.equal(await site.value('SELECT count(*)::int FROM job_webhook'), 0);
	await save({ url: hook });
	await site.psql(`UPDATE admin SET rights = '{users.read,setup}' WHERE username = 'bob'`);
	const bob = await site.client('bob');
	assert.ok(!(await bob.get(path)).text.includes('/hook'));
	await save({ url: '' }, bob);
	assert.equal(await site.value('SELECT count(*)::int FROM job_webhook WHERE tenant_id = 1'), 1);
	assert.equal((await (await site.client('reader')).get(path)).status, 403);
	const root = await site.client('root');
	assert.match((await root.get(path)).text, /belongs to one entity/);
});

test('the end of a job is posted, signed over body and time', async () => {
	const secret = secretOf(await save({ url: hook }));
	const id = await ended();
	await deliver();
	assert.equal(got.length, 1);
	const { method, url, headers, body } = got[0];
	assert.deepEqual([method, url, headers['content-type']], ['POST', '/hook?x=1', 'application/json']);
	const stamp = headers['x-rollcall-timestamp'];
	assert.ok(Math.abs(Number(stamp) - Date.now() / 1000) < 60);
	assert.equal(headers['x-rollcall-signature'], `sha256=${createHmac('sha256', secret).update(`${stamp}.${body}`).digest('hex')}`);
	const said = JSON.parse(body);
	assert.deepEqual([said.event, said.job, said.kind, said.state, said.file, said.rows, said.counts, said.administrator, said.tenant_uuid],
		['job.ended', id, 'import', 'done', 'people.csv', 1, { users: 1 }, 'alice', '11111111-1111-4111-8111-111111111111']);
	assert.equal(await waiting(), 0);
	await deliver();
	assert.equal(got.length, 1);
});

test('the secret stays when the address changes, and another one can be made', async () => {
	const first = secretOf(await save({ url: hook }));
	assert.equal(secretOf(await save({ url: `${hook}&y=2` })), undefined);
	assert.equal(await site.value('SELECT secret FROM job_webhook'), first);
	const second = secretOf(await save({ url: hook, renew: '1' }));
	assert.notEqual(second, first);
	assert.equal(await site.value('SELECT secret FROM job_webhook'), second);
});

test('what fails is tried again later, each time twice as late, and is given up at last', async () => {
	await save({ url: hook });
	await ended();
	answer = 500;
	await deliver();
	await deliver();
	assert.equal(got.length, 1);
	assert.match((await alice.get(path)).text, /The last delivery failed: it answered 500[^]*1 delivery waits/);
	const seconds = () => site.value('SELECT round(extract(epoch FROM due_at - now()))::int FROM job_delivery');
	assert.ok(Math.abs(await seconds() - 60) < 10);
	await againNow();
	await deliver();
	assert.ok(Math.abs(await seconds() - 120) < 10);
	assert.equal(got[1].headers['x-rollcall-delivery'], got[0].headers['x-rollcall-delivery']);
	answer = 204;
	await againNow();
	await deliver();
	assert.equal(await waiting(), 0);
	assert.doesNotMatch((await alice.get(path)).text, /failed/);
	answer = 500;
	await ended();
	await site.psql('UPDATE job_delivery SET attempt = 11');
	await deliver();
	assert.equal(await waiting(), 0);
});

test('no redirect is followed, and nothing of this machine or a private network is asked', async () => {
	await save({ url: hook });
	await ended();
	answer = 302;
	await deliver();
	assert.deepEqual(got.map(({ url }) => url), ['/hook?x=1']);
	const port = server.address().port;
	got.length = 0;
	answer = 200;
	for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::ffff:127.0.0.1]:${port}`, `2130706433:${port}`, `0:${port}`,
		'10.0.0.1', '169.254.169.254', '[::1]']) {
		await save({ url: `http://${host}/hook` });
		await againNow();
		await deliver({ ROLLCALL_WEBHOOK_PRIVATE: 'false', http_proxy: `http://127.0.0.1:${port}` });
		assert.match(await site.value('SELECT failure FROM job_webhook'), /of this machine or of a private network/, host);
	}
	assert.equal(got.length, 0);
});

test('a test is sent once, and the page shows what was answered, with scripts and without', async () => {
	const secret = secretOf(await save({ url: hook }));
	const page = await site.page('alice');
	await page.goto(path);
	await page.click('button:text-is("Send a test")');
	await page.getByText('The test is being sent.').waitFor();
	await assertAccessible(page);
	await page.click('button:text-is("Send a test")');
	assert.equal(await waiting(), 1, 'a second one waits for the first');
	answer = 204;
	await deliver();
	await page.getByText('The test has arrived: it answered 204.').waitFor();
	await assertAccessible(page);
	const [{ headers, body }] = got;
	assert.deepEqual(JSON.parse(body), { event: 'webhook.test', delivery: Number(headers['x-rollcall-delivery']),
		tenant_uuid: '11111111-1111-4111-8111-111111111111' });
	assert.equal(headers['x-rollcall-signature'],
		`sha256=${createHmac('sha256', secret).update(`${headers['x-rollcall-timestamp']}.${body}`).digest('hex')}`);
	await page.context().close();

	answer = 500;
	const plain = await site.page('alice', { javaScriptEnabled: false, viewport: { width: 320, height: 700 } });
	await plain.goto(path);
	await plain.click('button:text-is("Send a test")');
	await deliver();
	await plain.getByText('The test has not arrived: it answered 500.').waitFor();
	await assertFits(plain);
	await plain.context().close();
	assert.equal(got.length, 2, 'a test that fails is not sent again');
	assert.equal(await waiting(), 0);
	assert.equal(await site.value('SELECT failure FROM job_webhook'), null, 'and is no failure of a delivery');
	assert.equal(await site.value(`SELECT count(*)::int FROM audit WHERE action = 'webhook.test'`), 2);
	await save({ url: '' });
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await alice.get(path)).text)[1];
	assert.equal((await alice.request('POST', `${path}/test`, { body: new URLSearchParams({ csrf }) })).status, 400);
});

test('an idle worker sends it by itself', async () => {
	await save({ url: hook });
	await site.start('worker');
	await store(alice, imports, file('firstname', 'Ben'));
	for (const end = Date.now() + 20000; got.length === 0 && Date.now() < end;)
		await new Promise((done) => setTimeout(done, 100));
	assert.equal(JSON.parse(got[0].body).state, 'done');
	await site.stop('worker');
});

test('who wants it gets a mail, of which no part can become a header', async () => {
	assert.ok((await alice.get('/profile')).text.includes('id="email"'));
	const address = (email) => alice.submit('/profile', { language: 'en', separator: 'comma', email }, 'action="/profile"');
	for (const email of ['x', 'a@', '@b', 'a b@c.example', 'a@b.example, c@d.example', 'a@b.example\r\nBcc: c@d.example', '-oQ/tmp@x.example',
		'a@b..', `${'a'.repeat(250)}@b.example`]) {
		const page = await address(email);
		assert.equal(page.status, 400, email);
		assert.match(page.text, /id="email-fault"/);
	}
	assert.equal((await address('alice@example.org')).status, 303);
	const id = await ended('Bcc: evil');
	await deliver();
	const text = readFileSync(mailed, 'utf8');
	const [head, body] = [text.slice(0, text.indexOf('\n\n')).split('\n'), text.slice(text.indexOf('\n\n') + 2)];
	assert.equal(head.shift(), '-t -i');
	assert.deepEqual(head.map((line) => line.split(':')[0]),
		['To', 'Subject', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding', 'Auto-Submitted']);
	assert.equal(head[0], 'To: alice@example.org');
	assert.equal(Buffer.from(/=\?UTF-8\?B\?(.*)\?=$/.exec(head[1])[1], 'base64').toString(), `Rollcall: job ${id} has ended`);
	assert.match(Buffer.from(body, 'base64').toString(), new RegExp(`Your job ${id} has ended: done`));
	rmSync(mailed);
	assert.equal((await address('')).status, 303);
	await ended();
	await deliver();
	assert.equal(existsSync(mailed), false);
});

test('a mail that could not be sent is tried again; with no program for it none is kept', async () => {
	await site.psql(`UPDATE admin SET email = 'alice@example.org', language = 'fr' WHERE username = 'alice'`);
	await ended();
	writeFileSync(join(dir, 'broken'), '');
	await deliver();
	assert.equal(await waiting(), 1);
	rmSync(join(dir, 'broken'));
	await againNow();
	await deliver();
	assert.match(Buffer.from(readFileSync(mailed, 'utf8').split('\n\n')[1], 'base64').toString(), /^Votre tâche \d+ est terminée/);
	await ended();
	await deliver({ ROLLCALL_SENDMAIL: 'none' });
	assert.equal(await waiting(), 0);
	await ended();
	await deliver({ ROLLCALL_SENDMAIL: 'sendmail; touch /tmp/x' });
	assert.equal(await waiting(), 1);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});
