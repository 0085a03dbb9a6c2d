// Signing in by the form, in a browser: what is kept, where it leads, in which language.
import assert from 'node:assert/strict';
import http from 'node:http';
import test, { before, describe } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site;
before(async () => {
	site = await freshSite();
});

async function signIn(page, username, password) {
	await page.fill('#username', username);
	await page.fill('#password', password);
	await page.press('#password', 'Enter');
	await page.waitForLoadState();
}

// A GET with headers that fetch would not send, without following redirects.
const get = (path, headers, from = site) => new Promise((done, fail) => {
	http.get(new URL(path, from.url), { headers }, (answer) => {
		answer.resume();
		done({ status: answer.statusCode, location: answer.headers.location, cookies: answer.headers['set-cookie'] });
	}).on('error', fail);
});

test('what failed is said, read first, and only the password is to be typed again', async () => {
	const page = await site.page();
	await page.goto('/login');
	await assertAccessible(page);
	await signIn(page, 'alice', 'wrong');
	assert.equal(await page.inputValue('#username'), 'alice');
	assert.equal(await page.inputValue('#password'), '');
	assert.match(await page.locator('.box.error').innerText(), /Unknown login or wrong password/);
	assert.ok(await page.locator('#faults').evaluate((box) => box === document.activeElement));
	await assertAccessible(page);
	await signIn(page, 'alice', 'alice-Secret-1');
	assert.equal(new URL(page.url()).pathname, users);
	await page.context().close();
});

test('password managers know the fields', async () => {
	const page = await site.page();
	await page.goto('/login');
	assert.equal(await page.getAttribute('#username', 'autocomplete'), 'username');
	assert.equal(await page.getAttribute('#password', 'autocomplete'), 'current-password');
	await page.context().close();
});

test('signing in leads to the page that was asked for', async () => {
	const page = await site.page();
	await page.goto(`${users}?q=x&sort=number`);
	assert.equal(new URL(page.url()).pathname, '/login');
	await signIn(page, 'alice', 'wrong');
	await signIn(page, 'alice', 'alice-Secret-1');
	assert.match(page.url(), /users\?q=x&sort=number$/);
	await page.goto('/login');
	assert.equal(new URL(page.url()).pathname, users);
	await page.context().close();
});

describe('a session that ended', () => {
	const sessionsEnd = () => site.psql(`DELETE FROM session`);
	const ended = 'Your session has ended.';
	const lost = 'Nothing was saved: sign in and send it again.';

	before(() => site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`));

	for (const [button, path] of [['Import', `${users}/import`], ['Check only', `${users}/import`], ['Update', `${users}/update`]])
		test(`${button}: that the file was not sent is said, and the form is there again`, async () => {
			const page = await site.page('alice');
			await page.goto(path);
			await page.setInputFiles('#file', { name: 'lost.csv', mimeType: 'text/csv', buffer: Buffer.from('firstname\nLost\n') });
			await sessionsEnd();
			await page.getByRole('button', { name: button, exact: true }).click();
			await page.waitForURL(/\/login/);
			assert.equal((await page.locator('.box.warning p').innerText()).trim(), `${ended} ${lost}`);
			await assertAccessible(page);
			await signIn(page, 'alice', 'alice-Secret-1');
			assert.equal(new URL(page.url()).pathname, path);
			assert.equal(await site.value('SELECT count(*)::int FROM job'), 0);
			await page.context().close();
		});

	for (const action of ['apply', 'cancel'])
		test(`${action}: it leads back to the page of the job`, async () => {
			const alice = await site.client('alice');
			await sessionsEnd();
			const answer = await alice.post(`/services/ipbx/imports/12/${action}`, {});
			assert.equal(answer.location, `/login?go=${encodeURIComponent('/services/ipbx/imports/12')}`);
			assert.match((await alice.get(answer.location)).text, new RegExp(lost));
			const odd = await alice.post(`/services/ipbx/imports/${encodeURIComponent('/evil.example')}/${action}`, {});
			assert.ok([303, 404].includes(odd.status));
			assert.doesNotMatch(odd.location ?? '', /evil/);
		});

	test('is told to who opens a page, once, and to nobody else', async () => {
		const alice = await site.client('alice');
		await sessionsEnd();
		const { location } = await alice.get(`${users}?q=x`);
		assert.equal(location, `/login?go=${encodeURIComponent(`${users}?q=x`)}`);
		const { text } = await alice.get(location);
		assert.match(text, new RegExp(ended));
		assert.doesNotMatch(text, new RegExp(lost));
		assert.doesNotMatch((await alice.get('/login')).text, new RegExp(ended));
		const stranger = await site.client();
		assert.doesNotMatch((await stranger.get('/login')).text, new RegExp(ended));
		assert.doesNotMatch((await stranger.get((await stranger.get(users)).location)).text, new RegExp(ended));
		const lured = await site.client();
		const answer = await lured.post(`${users}/import`, {}, { headers: { 'sec-fetch-site': 'cross-site' } });
		assert.doesNotMatch((await lured.get(answer.location)).text, new RegExp(ended));
	});

	test('in French', async () => {
		const page = await site.page('bob', { locale: 'fr-FR' });
		await page.goto(`${users}/import`);
		await page.setInputFiles('#file', { name: 'lost.csv', mimeType: 'text/csv', buffer: Buffer.from('firstname\nLost\n') });
		await sessionsEnd();
		await page.getByRole('button', { name: 'Importer', exact: true }).click();
		await page.getByText("Votre session a expiré. Rien n'a été enregistré : connectez-vous et recommencez.").waitFor();
		await page.context().close();
	});
});

test('it never leads to another site', async () => {
	for (const go of ['//evil.example', '/\\evil.example', 'https://evil.example', 'evil', 'javascript:alert(1)',
		'/%0d%0aset-cookie:x', '/\tx', '']) {
		const client = await site.client();
		const page = await client.get(`/login?go=${encodeURIComponent(go)}`);
		const csrf = /name="csrf" value="([0-9a-f]+)"/.exec(page.text)[1];
		const answer = await client.post('/login', { csrf, go, username: 'alice', password: 'alice-Secret-1' });
		assert.equal(answer.status, 303, go);
		assert.match(answer.location, /^\/([a-z%0-9][^\\]*)?$/i, go);
		assert.ok(!answer.headers.get('set-cookie').includes('x='), go);
	}
});

test('a link from another site opens the page, although the cookie did not come along', async () => {
	const alice = await site.client('alice');
	const cookie = [...alice.cookies].map((pair) => pair.join('=')).join('; ');
	const stranger = await get(users, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
	assert.equal(stranger.status, 200);
	assert.equal((await get(`/login?go=${encodeURIComponent(users)}`, { cookie })).location, users);
	const page = await site.page('alice');
	await page.setExtraHTTPHeaders({});
	await page.goto('about:blank');
	await page.setContent(`<a href="${site.url}${users}?q=x">list</a>`);
	await page.click('a');
	await page.waitForURL(/users\?q=x$/);
	await page.context().close();
});

test('the browser says the language, the reader changes it, and it is kept', async () => {
	const page = await site.page(undefined, { locale: 'fr-FR' });
	await page.goto('/login');
	assert.equal(await page.locator('h1').innerText(), 'Authentification');
	await page.click('button[value=en]');
	assert.equal(await page.locator('h1').innerText(), 'Authentication');
	assert.equal(new URL(page.url()).pathname, '/login');
	await signIn(page, 'reader', 'reader-Secret-1');
	assert.equal(await page.locator('h1').innerText(), 'Users');
	await page.click('button[value=fr]');
	assert.equal(await page.locator('h1').innerText(), 'Utilisateurs');
	await page.context().close();
	// It is the administrator's now, in whatever browser.
	const other = await site.page(undefined, { locale: 'en-GB' });
	await other.goto('/login');
	await signIn(other, 'reader', 'reader-Secret-1');
	assert.equal(await other.locator('h1').innerText(), 'Utilisateurs');
	await other.context().close();
	const client = await site.client();
	assert.equal((await client.submit('/login', { language: 'xx' }, 'action="/language"')).status, 400);
});

test('plain HTTP from elsewhere is refused before anything else, and no redirect has its Host', async () => {
	for (const path of ['/login', `${users}?q=a%20b`, '/nowhere']) {
		const answer = await get(path, { host: 'evil.example:8080' });
		assert.deepEqual([answer.status, answer.location, answer.cookies], [403, undefined, undefined]);
	}
	assert.equal((await get('/login', { host: 'localhost:8080' })).status, 200);
	assert.equal((await get('/login', { host: '127.0.0.1.evil.example' })).status, 403);
	for (const path of ['/help', '/help/', '/static', `${users}/`, '/'])
		assert.doesNotMatch((await get(path, { host: 'localhost.' })).location ?? '/', /:\/\/|^\/\//, path);
});

test('with public_url plain HTTP is sent there', async () => {
	const other = await freshSite({ settings: { public_url: 'https://pbx.example:9486' }, pages: 1, uploads: 1, workers: 1 });
	for (const path of ['/login', `${users}?q=a%20b`, '/nowhere']) {
		const answer = await get(path, { host: 'evil.example:8080' }, other);
		assert.deepEqual([answer.status, answer.location, answer.cookies], [303, `https://pbx.example:9486${path}`, undefined]);
	}
	await other.close();
});

test('over TLS the cookies are for this site and for TLS alone', async () => {
	const page = await site.page(undefined, { baseURL: site.tlsUrl });
	await page.goto('/login');
	await signIn(page, 'alice', 'alice-Secret-1');
	const cookies = await page.context().cookies();
	const session = cookies.find(({ name }) => name === '__Host-rollcall');
	assert.ok(session.secure && session.httpOnly);
	assert.equal(session.sameSite, 'Strict');
	assert.ok(cookies.every(({ name }) => name.startsWith('__Host-')));
	await page.context().close();
});

test('by keyboard alone, and at 320 pixels', async () => {
	const page = await site.page(undefined, { viewport: { width: 320, height: 480 } });
	await page.goto('/login');
	await assertFits(page);
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
	const at = () => page.evaluate(() => document.activeElement.name || document.activeElement.type);
	for (let i = 0; i < 3; i++)	// the brand, the help, the login
		await page.keyboard.press('Tab');
	assert.equal(await at(), 'username');
	await page.keyboard.type('bob');
	await page.keyboard.press('Tab');
	assert.equal(await at(), 'password');
	await page.keyboard.type('bob-Secret-1');
	await page.keyboard.press('Tab');
	assert.equal(await at(), 'submit');
	await page.keyboard.press('Enter');
	await page.waitForURL((url) => url.pathname === users);
	assert.match(await page.locator('header').innerText(), /\bbob\b/);
	await assertFits(page);
	await page.context().close();
});

test('a page that is opened after another one was closed knows nothing of it', async () => {
	const known = async (page) => {
		await page.goto('/login');
		return page.evaluate(() => [document.cookie, sessionStorage.length, localStorage.length, innerWidth, document.documentElement.lang,
			matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(forced-colors: active)').matches, Date.now() > 1e12]);
	};
	const nothing = ['', 0, 0, 1280, 'en', false, false, true];
	const first = await site.page('alice', { viewport: { width: 320, height: 640 }, forcedColors: 'active' });
	await first.clock.setFixedTime(0);
	await first.emulateMedia({ colorScheme: 'dark' });
	let seen = 0;
	first.on('request', () => { seen++; });
	await first.goto(users);
	await first.evaluate(() => {
		sessionStorage.setItem('a', 'b');
		localStorage.setItem('a', 'b');
		document.cookie = 'a=b';
	});
	assert.notDeepEqual(await known(first), nothing);
	await first.context().close();
	seen = 0;
	const second = await site.page();
	assert.deepEqual(await known(second), nothing);
	assert.equal(new URL(second.url()).pathname, '/login', 'it is not signed in');
	assert.equal(seen, 0);
	assert.deepEqual(await second.context().cookies().then((all) => all.filter(({ name }) => name === 'a')), []);
	await second.context().close();
});
