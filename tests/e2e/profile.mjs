// An administrator's own page: preferences, password, open sessions, tokens for scripts;
// and a password that somebody else sets.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { freshSite, login } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const strong = 'four-Nimble-otters';

let site;
before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en'`);
});

// What was refused has a row of its own beside this one.
const lastAudit = async () => (await site.sql("SELECT * FROM audit WHERE action <> 'request.refused' ORDER BY id DESC LIMIT 1"))[0];
const idOf = (name) => site.value(`SELECT id FROM admin WHERE username = '${name}'`);
const asks = (token, path = '/1.1/users', method = 'GET') =>
	fetch(new URL(path, site.url), { method, headers: { 'x-auth-token': token } });

async function looksWell(page) {
	await assertAccessible(page);
	await page.setViewportSize({ width: 390, height: 844 });
	await assertFits(page);
	await page.emulateMedia({ colorScheme: 'dark' });
	await assertAccessible(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 800 });
}

describe('preferences', () => {
	test('language and separator are chosen in one form, without scripts too', async () => {
		const page = await site.page('reader', { javaScriptEnabled: false });
		await page.goto('/');
		await page.click('a.who');
		await page.selectOption('#language', 'fr');
		await page.selectOption('#separator', 'tab');
		await page.click('main .main');
		assert.equal(await page.locator('h1').innerText(), 'Mon compte');
		assert.equal(await page.inputValue('#separator'), 'tab');
		assert.deepEqual(await site.sql(`SELECT language, separator FROM admin WHERE username = 'reader'`),
			[{ language: 'fr', separator: 'tab' }]);
		await page.selectOption('#language', '');
		await page.click('main .main');
		assert.equal(await site.value(`SELECT language FROM admin WHERE username = 'reader'`), null);
		await page.context().close();
	});

	test('what is no choice changes nothing', async () => {
		const bob = await site.client('bob');
		for (const fields of [{ language: 'xx', separator: 'tab' }, { language: 'fr', separator: 'bar' }, { language: 'fr' }])
			assert.equal((await bob.submit('/profile', fields, 'action="/profile"')).status, 400);
		assert.deepEqual(await site.sql(`SELECT language, separator FROM admin WHERE username = 'bob'`),
			[{ language: 'en', separator: null }]);
	});
});

describe('the password', () => {
	const change = (client, fields) => client.submit('/profile/password', fields, 'action="/profile/password"');
	const box = (answer) => /class="fault"[^]*?<\/svg>([^<]*)/.exec(answer.text)?.[1].trim();

	test('weak ones are refused, each with its reason, and none is written anywhere', async () => {
		const bob = await site.client('bob');
		for (const [password, why] of [['short', /At least 8/], ['password1', /common/], ['12345678', /too simple/],
			['aaaaaaaaaaaa', /repeats/], ['bob-Secret-1', /is the current one/], ['x'.repeat(300), /At least 8/]]) {
			const answer = await change(bob, { old: 'bob-Secret-1', new: password, again: password });
			assert.equal(answer.status, 400, password);
			assert.match(box(answer), why, password);
			assert.ok(!answer.text.includes(`"${password}"`));
		}
		assert.match(box(await change(bob, { old: 'bob-Secret-1', new: strong, again: `${strong}s` })), /not the same/);
		assert.equal((await change(bob, { old: 'bob-Secret-1', new: strong })).status, 400);
		await (await site.client()).login('bob', 'bob-Secret-1');
	});

	test('it changes with the old one; other sessions and tokens end, this one goes on', async () => {
		const page = await site.page('bob');
		const other = await site.client('bob');
		const token = (await (await fetch(new URL('/api/auth/0.1/token', site.url), { method: 'POST',
			headers: { authorization: `Basic ${Buffer.from('bob:bob-Secret-1').toString('base64')}` } })).json()).data.token;
		assert.equal((await asks(token)).status, 200);
		await page.goto('/profile/password');
		await looksWell(page);
		await page.fill('#old', 'wrong');
		await page.fill('#new', strong);
		await page.fill('#again', strong);
		await page.press('#again', 'Enter');
		await page.getByText('This is not your current password.').first().waitFor();
		assert.equal((await lastAudit()).action, 'password.refused');
		await assertAccessible(page);
		assert.equal(await page.inputValue('#new'), '');
		await page.fill('#old', 'bob-Secret-1');
		await page.fill('#new', strong);
		await page.fill('#again', strong);
		await page.press('#again', 'Enter');
		await page.getByText('Your password is changed.').waitFor();
		assert.equal(new URL(page.url()).pathname, '/profile');
		assert.equal((await other.get(users)).status, 303);
		assert.equal((await asks(token)).status, 401);
		const row = await lastAudit();
		assert.deepEqual([row.action, row.admin_name, row.address], ['password.change', 'bob', '127.0.0.1']);
		assert.notEqual((await (await site.client()).submit('/login', { username: 'bob', password: 'bob-Secret-1' })).status, 303);
		await (await site.client()).login('bob', strong);
		const written = JSON.stringify(await site.sql('SELECT * FROM audit')) + site.log('pages');
		assert.ok(!written.includes(strong));
		await page.context().close();
		site.passwords.bob = strong;
	});

	test('wrong old ones count as refused sign-ins do', async () => {
		await site.psql('DELETE FROM throttle');
		const reader = await site.client('reader');
		let answer;
		for (let i = 0; i < 7; i++)
			answer = await change(reader, { old: `wrong-${i}`, new: strong, again: strong });
		assert.equal(answer.status, 429);
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
		// So a right one is not tried either.
		assert.equal((await change(reader, { old: 'reader-Secret-1', new: strong, again: strong })).status, 429);
		await site.psql('DELETE FROM throttle');
		await (await site.client()).login('reader', 'reader-Secret-1');
	});
});

test('sessions are listed, and the others end one by one or together', async () => {
	const page = await site.page();
	await login(page, 'alice', 'alice-Secret-1');
	const [one, two, three] = [await site.client('alice'), await site.client('alice'), await site.client('alice')];
	const bob = await site.client('bob');
	await page.goto('/profile');
	await looksWell(page);
	const rows = page.locator('section:has(#sessions) tbody tr');
	assert.equal(await rows.count(), 4);
	assert.match(await rows.first().innerText(), /(Chrome|Headless)[^]*127\.0\.0\.1[^]*This session/);
	await rows.nth(1).getByRole('button').click();
	await page.getByText('The session has ended.').waitFor();
	const states = async () => (await Promise.all([one, two, three].map((c) => c.get(users)))).map((a) => a.status).sort();
	assert.deepEqual(await states(), [200, 200, 303]);
	await page.getByRole('button', { name: 'End all other sessions' }).click();
	await page.getByText('2 sessions have ended.').waitFor();
	assert.deepEqual(await states(), [303, 303, 303]);
	assert.deepEqual([(await lastAudit()).action, (await lastAudit()).detail], ['session.end', { sessions: 2 }]);
	// Nobody ends a session of somebody else.
	const id = await site.value(`SELECT id FROM session WHERE admin_id = ${await idOf('alice')}`);
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await bob.get('/profile')).text)[1];
	assert.equal((await bob.post('/profile/sessions/end', { csrf, id })).status, 303);
	assert.equal((await bob.post('/profile/sessions/end', { csrf, id: 'x' })).status, 400);
	await page.goto('/profile');
	assert.equal(await rows.count(), 1);
	await page.context().close();
});

test('what a browser calls itself is hostile', async () => {
	for (const agent of ['<script>alert(1)</script>', '\xff\xfe', 'x'.repeat(5000), 'curl/8.0']) {
		const client = await site.client();
		const page = await client.get('/login');
		const csrf = /name="csrf" value="([0-9a-f]+)"/.exec(page.text)[1];
		const answer = await client.post('/login', { csrf, username: 'alice', password: 'alice-Secret-1' }, { headers: { 'user-agent': agent } });
		assert.equal(answer.status, 303, agent);
		assert.ok(!(await client.get('/profile')).text.includes('<script>alert'));
	}
});

describe('tokens', () => {
	test('one is made with some of one\'s rights, shown once, used by scripts and revoked', async () => {
		const page = await site.page('alice');
		await page.goto('/profile/tokens/add');
		await looksWell(page);
		await page.click('main .main');
		assert.equal(new URL(page.url()).pathname, '/profile/tokens/add');
		await page.fill('#name', 'HR <export>');
		await page.click('main .main');
		await page.getByText('Choose at least one right').first().waitFor();
		await assertAccessible(page);
		assert.equal(await page.inputValue('#name'), 'HR <export>');
		await page.check('input[value="users.read"]');
		await page.selectOption('#days', '90');
		await page.click('main .main');
		const secret = await page.locator('.once code').innerText();
		assert.match(secret, /^[0-9a-f]{64}$/);
		await looksWell(page);
		assert.equal((await asks(secret)).status, 200);
		assert.equal((await asks(secret, '/1.1/users/export')).status, 403);
		assert.equal((await asks(secret, '/1.1/imports')).status, 403);
		assert.deepEqual((await (await asks(secret, `/api/auth/0.1/token/${secret}`)).json()).data.acl, ['confd.users.read']);
		await page.goto('/profile');
		const row = page.locator('section:has(#tokens) tbody tr');
		assert.match(await row.innerText(), /HR <export>[^]*users\.read/);
		assert.doesNotMatch(await row.innerText(), /Never/);
		assert.ok(!(await page.content()).includes(secret));
		assert.ok(!JSON.stringify(await site.sql('SELECT * FROM token')).includes(secret));
		await row.getByRole('button').click();
		await page.getByText('The token is revoked.').waitFor();
		assert.equal((await asks(secret)).status, 401);
		assert.deepEqual([(await lastAudit()).action, (await lastAudit()).detail.name], ['token.close', 'HR <export>']);
		await page.context().close();
	});

	test('nobody gives a right that he lacks, nor keeps one that he loses', async () => {
		const reader = await site.client('reader');
		const add = (fields) => reader.submit('/profile/tokens/add', fields, 'action="/profile/tokens/add"');
		const form = (await reader.get('/profile/tokens/add')).text;
		assert.ok(form.includes('value="users.read"') && !form.includes('value="users.delete"'));
		for (const rights of ['users.delete', 'setup', 'everything', ''])
			assert.equal((await add({ name: 'x', rights, days: 30 })).status, 400, rights);
		for (const fields of [{ name: '' }, { name: ' ' }, { name: 'x'.repeat(81) }, { name: 'a\tb' }, { days: 3000 }, { days: 'x' }])
			assert.equal((await add({ name: 'x', rights: 'users.read', days: 30, ...fields })).status, 400, JSON.stringify(fields));
		const made = await add({ name: 'x', rights: 'users.read', days: 30 });
		const secret = /<code>([0-9a-f]{64})<\/code>/.exec(made.text)[1];
		assert.equal((await asks(secret)).status, 200);
		const [{ rights }] = await site.sql(`SELECT rights FROM admin WHERE username = 'reader'`);
		await site.psql(`UPDATE admin SET rights = '{users.export}' WHERE username = 'reader'`);
		assert.equal((await asks(secret)).status, 403);
		await site.psql(`UPDATE admin SET rights = '{${rights}}' WHERE username = 'reader'`);
	});
});

describe('a password that somebody else sets', () => {
	test('is generated, ends everything, and is changed before anything else', async () => {
		await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
		const old = await site.client('reader');
		const page = await site.page('root');
		await page.goto(`/configuration/administrators/${await idOf('reader')}/password`);
		await looksWell(page);
		await page.click('main .main');
		const password = await page.locator('.once code').innerText();
		assert.match(password, /^[a-zA-Z2-9]{16}$/);
		await assertAccessible(page);
		const row = await lastAudit();
		assert.deepEqual([row.action, row.admin_name, row.tenant_id, row.detail.username], ['admin.passwd', 'root', 1, 'reader']);
		assert.ok(!JSON.stringify(await site.sql('SELECT * FROM audit')).includes(password));
		assert.equal((await old.get(users)).status, 303);
		await page.context().close();

		const basic = { authorization: `Basic ${Buffer.from(`reader:${password}`).toString('base64')}` };
		assert.equal((await fetch(new URL('/1.1/users', site.url), { headers: basic })).status, 403);
		const reader = await site.page();
		await reader.goto('/login');
		await reader.fill('#username', 'reader');
		await reader.fill('#password', password);
		await reader.press('#password', 'Enter');
		for (const path of [users, '/profile', '/profile/tokens/add', '/']) {
			await reader.goto(path);
			assert.equal(new URL(reader.url()).pathname, '/profile/password', path);
		}
		await reader.getByText('Another administrator has set your password.').waitFor();
		await assertAccessible(reader);
		await reader.fill('#old', password);
		await reader.fill('#new', strong);
		await reader.fill('#again', strong);
		await reader.press('#again', 'Enter');
		await reader.getByText('Your password is changed.').waitFor();
		await reader.goto(users);
		assert.equal(new URL(reader.url()).pathname, users);
		await reader.context().close();
		site.passwords.reader = strong;
	});

	test('only root sets any; with the right setup those of the tenant who have no more rights', async () => {
		const all = '{users.read,users.import,users.update,users.delete,users.export,users.secrets,setup}';
		await site.psql(`UPDATE admin SET rights = '{users.read,setup}' WHERE username = 'alice'`);
		const alice = await site.client('alice');
		const path = async (name) => `/configuration/administrators/${await idOf(name)}/password`;
		const statuses = async () => {
			const list = [];
			for (const name of ['reader', 'bob', 'root', 'alice'])
				list.push((await alice.get(await path(name))).status);
			return list;
		};
		assert.deepEqual(await statuses(), [200, 404, 404, 404]);
		const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await alice.get('/profile')).text)[1];
		for (const name of ['bob', 'root', 'alice'])
			assert.equal((await alice.post(await path(name), { csrf, new: strong, again: strong })).status, 404, name);
		const weak = await alice.post(await path('reader'), { csrf, new: 'password1', again: 'password1' });
		assert.equal(weak.status, 400);
		await site.psql(`UPDATE admin SET rights = '{users.read,users.delete}' WHERE username = 'reader'`);
		assert.deepEqual(await statuses(), [404, 404, 404, 404]);
		await site.psql(`UPDATE admin SET rights = '${all}' WHERE username = 'alice'`);
		const bob = await site.client('bob');
		await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'bob'`);
		assert.equal((await bob.get(await path('reader'))).status, 403);
		await (await site.client()).login('root', 'root-Secret-1');
	});
});
