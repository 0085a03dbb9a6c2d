// Signing in and out over the real stack: cookies, tokens, ends of sessions, scope.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { cookiesOf } from '../lib/client.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

let site;
before(async () => {
	site = await freshSite();
});

const lastAudit = async () => (await site.sql('SELECT * FROM audit ORDER BY id DESC LIMIT 1'))[0];

test('the version is shown to who has signed in, and to nobody else', async () => {
	const client = await site.client();
	const version = /Rollcall \d+\.\d+\.\d+/;
	assert.doesNotMatch((await client.get('/login')).text, version);
	await client.login('alice', 'alice-Secret-1');
	assert.match((await client.get(users)).text, version);
});

test('the session is a random cookie that scripts do not see, and of it a hash is stored', async () => {
	const client = await site.client();
	const answer = await client.login('alice', 'alice-Secret-1');
	const [cookie] = cookiesOf(answer).filter((line) => /^rollcall=/.test(line));
	assert.match(cookie, /^rollcall=[0-9a-f]{64};/);
	assert.match(cookie, /; HttpOnly/);
	assert.match(cookie, /; SameSite=(Strict|Lax)/);
	const token = client.cookies.get('rollcall');
	const rows = await site.sql(`SELECT encode(token_hash, 'hex') AS hash FROM session`);
	assert.ok(rows.some((row) => row.hash === sha256(token)));
	assert.ok(!JSON.stringify(rows).includes(token));
	assert.equal((await client.get(users)).status, 200);
});

test('signing in again gives a new session, and the old one ends', async () => {
	const client = await site.client('alice');
	const old = client.cookies.get('rollcall');
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await client.get(users)).text)[1];
	const answer = await client.post('/login', { csrf, username: 'bob', password: 'bob-Secret-1' });
	assert.equal(answer.status, 303);
	assert.notEqual(client.cookies.get('rollcall'), old);
	const another = await site.client();
	another.cookies.set('rollcall', old);
	assert.equal((await another.get(users)).status, 303);
	assert.equal((await client.get(users)).status, 200);
});

test('a session that somebody else planted is not taken over', async () => {
	const planted = 'a'.repeat(64);
	const client = await site.client();
	client.cookies.set('rollcall', planted);
	await client.login('alice', 'alice-Secret-1');
	assert.notEqual(client.cookies.get('rollcall'), planted);
	const other = await site.client();
	other.cookies.set('rollcall', planted);
	assert.equal((await other.get(users)).status, 303);
});

test('a wrong password, an unknown name and a disabled one are answered alike', async () => {
	await site.psql(`UPDATE admin SET disabled = true WHERE username = 'reader'`);
	const answers = [];
	for (const [username, password] of [['alice', 'wrong'], ['nobody', 'wrong'], ['reader', 'reader-Secret-1'],
		['', ''], ["x' OR 'a'='a", 'x'], ['é'.repeat(400), 'x'.repeat(2000)]]) {
		const client = await site.client();
		const answer = await client.submit('/login', { username, password });
		assert.equal(client.cookies.has('rollcall'), false, username);
		answers.push({ status: answer.status, fault: /class="[^"]*error[^"]*"[^]*?<\/div>/.exec(answer.text)?.[0] });
	}
	await site.psql(`UPDATE admin SET disabled = false WHERE username = 'reader'`);
	assert.notEqual(answers[0].status, 303);
	assert.ok(answers[0].fault);
	for (const answer of answers.slice(1))
		assert.deepEqual(answer, answers[0]);
});

test('good and bad attempts are in the audit, unknown names are not', async () => {
	await site.client('bob');
	let row = await lastAudit();
	assert.deepEqual([row.action, row.admin_name, row.tenant_id, row.address], ['login', 'bob', 2, '127.0.0.1']);
	await (await site.client()).submit('/login', { username: 'bob', password: 'bob-Secret-2' });
	row = await lastAudit();
	assert.deepEqual([row.action, row.admin_name], ['login.refused', 'bob']);
	// somebody who typed the password into the wrong field
	await (await site.client()).submit('/login', { username: 'bob-Secret-1', password: 'x' });
	row = await lastAudit();
	assert.deepEqual([row.action, row.admin_name], ['login.refused', null]);
	const written = JSON.stringify(await site.sql('SELECT * FROM audit')) + site.log('pages');
	assert.doesNotMatch(written, /Secret/);
});

test('the login form counts only with its own token', async () => {
	for (const spoil of [(fields) => { delete fields.csrf; }, (fields) => { fields.csrf = '0'.repeat(64); },
		(fields, client) => client.cookies.clear()]) {
		const client = await site.client();
		const page = await client.get('/login');
		const fields = { csrf: /name="csrf" value="([0-9a-f]+)"/.exec(page.text)[1],
			username: 'alice', password: 'alice-Secret-1' };
		spoil(fields, client);
		const answer = await client.post('/login', fields);
		assert.equal(client.cookies.has('rollcall'), false);
		assert.notEqual(answer.status, 303);
	}
});

test('logging out ends the session for good', async () => {
	const client = await site.client('alice');
	const token = client.cookies.get('rollcall');
	const answer = await client.submit(users, {}, 'action="/logout"');
	assert.equal(answer.status, 303);
	assert.equal(client.cookies.has('rollcall'), false);
	assert.equal((await lastAudit()).action, 'logout');
	client.cookies.set('rollcall', token);
	assert.equal((await client.get(users)).status, 303);
});

test('a session ends when it is unused, when it is old, and with its administrator', async () => {
	for (const end of [
		`UPDATE session SET seen_at = now() - interval '3601 seconds'`,
		`UPDATE session SET created_at = now() - interval '43201 seconds'`,
		`UPDATE admin SET disabled = true WHERE username = 'alice'`,
	]) {
		const client = await site.client('alice');
		assert.equal((await client.get(users)).status, 200);
		await site.psql(end);
		const answer = await client.get(users);
		assert.equal(answer.status, 303, end);
		assert.match(answer.location, /^\/login/);
	}
	await site.psql(`UPDATE admin SET disabled = false WHERE username = 'alice'`);
});

test('a new password by setup ends the sessions', async () => {
	const client = await site.client('reader');
	assert.equal((await client.get(users)).status, 200);
	const file = join(site.dir, 'reader.json');
	writeFileSync(file, JSON.stringify({ tenants: [{ name: 'acme',
		admins: [{ username: 'reader', password: 'reader-Secret-2' }] }] }));
	assert.equal((await site.command('setup', file)).status, 0);
	assert.equal((await client.get(users)).status, 303);
	const old = await (await site.client()).submit('/login', { username: 'reader', password: 'reader-Secret-1' });
	assert.notEqual(old.status, 303);
	await (await site.client()).login('reader', 'reader-Secret-2');
});

test('root chooses a scope, nobody else does', async () => {
	const root = await site.client('root');
	const chosen = await root.submit(users, { tenant: '2' }, 'action="/scope"');
	assert.equal(chosen.status, 303, chosen.text);
	assert.equal(await site.value(`SELECT tenant_id FROM session
		WHERE token_hash = '\\x${sha256(root.cookies.get('rollcall'))}'`), 2);
	assert.equal((await lastAudit()).action, 'scope');

	const bob = await site.client('bob');
	const page = await bob.get(users);
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec(page.text)[1];
	assert.notEqual((await bob.post('/scope', { csrf, tenant: '1' })).status, 200);
	assert.equal(await site.value(`SELECT count(*) FROM session
		WHERE tenant_id IS NOT NULL AND admin_id <> (SELECT id FROM admin WHERE username = 'root')`), 0);
});
