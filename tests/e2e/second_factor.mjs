// The second factor: setting it up, signing in with it, losing the telephone.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { cookiesOf } from '../lib/client.mjs';
import { freshSite } from '../lib/stack.mjs';
import { totp } from '../lib/totp.mjs';

const users = '/services/ipbx/users';
const path = '/profile/second-factor';

let site;
before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en'`);
});

const lastAudit = async () => (await site.sql('SELECT * FROM audit ORDER BY id DESC LIMIT 1'))[0];
const basic = (name, password) => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` });
const half = 30000;

// So that a code is not of the past when it arrives.
const untilFresh = () => new Promise((done) => setTimeout(done, half - Date.now() % half < 3000 ? 3500 : 0));

// As if the last code had been taken long ago.
const forgetStep = () => site.psql('UPDATE admin_factor SET last_step = 0, failures = 0; DELETE FROM throttle');

async function looksWell(page) {
	await assertAccessible(page);
	await page.setViewportSize({ width: 390, height: 844 });
	await assertFits(page);
	await page.emulateMedia({ colorScheme: 'dark' });
	await assertAccessible(page);
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize({ width: 1280, height: 800 });
}

// Switches it on for a client; resolves to the secret and the recovery codes.
async function switchOn(client) {
	await untilFresh();
	const start = await client.submit(path, { action: 'start' }, `action="${path}"`);
	const secret = /secret=([A-Z2-7]{32})&/.exec(start.text.replaceAll('&amp;', '&'))[1];
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec(start.text)[1];
	const done = await client.post(path, { csrf, action: 'confirm', code: totp(secret) });
	const codes = [...done.text.matchAll(/<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){3})<\/code>/g)].map((m) => m[1]);
	assert.equal(codes.length, 10, done.text);
	return { secret, codes, csrf };
}

// Name and password, and then a code: the answer of the last step.
async function signIn(name, code) {
	const client = await site.client();
	const first = await client.submit('/login', { username: name, password: site.passwords[name] });
	assert.equal(first.status, 303);
	assert.match(first.location, /^\/login\/code/);
	assert.ok(!client.cookies.has('rollcall'));
	return [await client.submit(first.location, { code }, 'action="/login/code"'), client];
}

test('it is set up with a telephone, and then asked for on a second page', async () => {
	const page = await site.page('alice');
	await page.goto('/profile');
	await page.getByRole('link', { name: 'Second factor' }).click();
	await looksWell(page);
	await page.getByRole('button', { name: 'Set it up' }).click();
	await page.locator('svg.qr').waitFor();
	await looksWell(page);
	const secret = await page.locator('.steps code').innerText();
	assert.match(await page.locator('.steps a[href^="otpauth:"]').getAttribute('href'), /^otpauth:\/\/totp\/Rollcall:alice\?secret=[A-Z2-7]{32}&issuer=Rollcall$/);
	await page.fill('#code', '000000');
	await page.press('#code', 'Enter');
	await page.getByText('This code is wrong').first().waitFor();
	await assertAccessible(page);
	// The telephone has scanned the secret: it is the same.
	assert.equal(await page.locator('.steps code').innerText(), secret);
	assert.equal(await site.value('SELECT count(*)::int FROM admin_factor WHERE confirmed_at IS NOT NULL'), 0);
	await untilFresh();
	await page.fill('#code', totp(secret));
	await page.press('#code', 'Enter');
	await page.getByText('The second factor is on.').waitFor();
	await looksWell(page);
	assert.equal(await page.locator('.codes code').count(), 10);
	assert.equal((await lastAudit()).action, 'factor.on');
	await page.goto(path);
	await page.getByText('10 recovery codes are left.').waitFor();
	await looksWell(page);
	assert.ok(!(await page.content()).includes(secret.replaceAll(' ', '')));
	await page.context().close();

	const other = await site.page();
	await other.goto(`${users}?q=x`);
	await other.fill('#username', 'alice');
	await other.fill('#password', 'alice-Secret-1');
	await other.press('#password', 'Enter');
	await other.waitForURL(/\/login\/code/);
	await looksWell(other);
	assert.ok(!(await other.context().cookies()).some(({ name }) => name === 'rollcall'));
	await forgetStep();
	await untilFresh();
	await other.keyboard.press('Tab');
	await other.fill('#code', ` ${totp(secret).replace(/(...)/, '$1 ')}`);
	await other.press('#code', 'Enter');
	await other.waitForURL(new RegExp(`${users}\\?q=x$`));
	await other.context().close();
	await site.psql('DELETE FROM admin_factor');
});

describe('with it', () => {
	let on;
	before(async () => {
		on = await switchOn(await site.client('bob'));
	});

	test('a code works once, and the code that switched it on is used', async () => {
		const [again] = await signIn('bob', totp(on.secret));
		assert.equal(again.status, 403);
		await forgetStep();
		await untilFresh();
		const code = totp(on.secret);
		const [right, client] = await signIn('bob', code);
		assert.equal(right.status, 303);
		assert.equal((await client.get(users)).status, 200);
		assert.deepEqual([(await lastAudit()).action, (await lastAudit()).admin_name], ['login', 'bob']);
		const [twice] = await signIn('bob', code);
		assert.equal(twice.status, 403);
		assert.deepEqual([(await lastAudit()).action, (await lastAudit()).detail], ['login.refused', { reason: 'code' }]);
		const written = JSON.stringify(await site.sql('SELECT * FROM audit')) + site.log('pages');
		assert.ok(!written.includes(code) && !written.includes(on.secret));
	});

	test('a recovery code works once, in any writing', async () => {
		await forgetStep();
		const [right, client] = await signIn('bob', ` ${on.codes[0].toUpperCase().replaceAll('-', ' ')} `);
		assert.equal(right.status, 303);
		assert.match((await client.get(path)).text, /9 recovery codes are left/);
		assert.equal((await signIn('bob', on.codes[0]))[0].status, 403);
		const stored = JSON.stringify(await site.sql('SELECT * FROM admin_recovery'));
		assert.ok(on.codes.every((code) => !stored.includes(code) && !stored.includes(code.replaceAll('-', ''))));
	});

	test('the password alone opens nothing: neither page nor API nor token', async () => {
		await forgetStep();
		assert.equal((await fetch(new URL('/1.1/users', site.url), { headers: basic('bob', site.passwords.bob) })).status, 401);
		const token = await fetch(new URL('/api/auth/0.1/token', site.url), { method: 'POST', headers: basic('bob', site.passwords.bob) });
		assert.equal(token.status, 401);
		assert.match(await token.text(), /password alone is not enough/);
		for (const cookie of ['a'.repeat(64), 'x', '']) {
			const client = await site.client();
			client.cookies.set('rollcall-code', cookie);
			const page = await client.get('/login');
			const csrf = /name="csrf" value="([0-9a-f]+)"/.exec(page.text)[1];
			const answer = await client.post('/login/code', { csrf, code: totp(on.secret) });
			assert.match(answer.location, /^\/login\?go=/);
			assert.ok(!client.cookies.has('rollcall'));
		}
		// One that took too long, and one whose password changed meanwhile.
		for (const late of [`UPDATE session_waiting SET created_at = now() - interval '11 minutes'`,
			`UPDATE session_waiting SET password_proof = sha256('old')`]) {
			const client = await site.client();
			const first = await client.submit('/login', { username: 'bob', password: site.passwords.bob });
			await site.psql(late);
			const answer = await client.submit(first.location, { code: on.codes[1] }, 'action="/login/code"');
			assert.match(answer.location, /^\/login\?go=/);
		}
	});

	test('guesses are counted as passwords are, and knowing the password forgets none', async () => {
		await forgetStep();
		let answer;
		for (let i = 0; i < 8; i++) {
			const client = await site.client();
			const first = await client.submit('/login', { username: 'bob', password: site.passwords.bob });
			if (first.status !== 303) {
				answer = first;
				break;
			}
			answer = await client.submit(first.location, { code: String(i).repeat(6) }, 'action="/login/code"');
		}
		assert.equal(answer.status, 429);
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
		// From everywhere together: after ten nothing is tried for five minutes.
		await site.psql('DELETE FROM throttle; UPDATE admin_factor SET failures = 10, failed_at = clock_timestamp()');
		await untilFresh();
		const [right] = await signIn('bob', totp(on.secret));
		assert.equal(right.status, 429);
		await forgetStep();
	});

	test('it is switched off and its codes are renewed with the password alone', async () => {
		const [, client] = await signIn('bob', on.codes[2]);
		const post = (fields) => client.submit(path, fields, `action="${path}"`);
		assert.equal((await post({ action: 'off', password: 'wrong' })).status, 400);
		assert.equal((await post({ action: 'renew', password: '' })).status, 400);
		assert.equal((await post({ action: 'nonsense' })).status, 400);
		const renewed = await post({ action: 'renew', password: site.passwords.bob });
		assert.equal([...renewed.text.matchAll(/<code>[a-z2-9-]{19}<\/code>/g)].length, 10);
		await forgetStep();
		assert.equal((await signIn('bob', on.codes[3]))[0].status, 403);
		await forgetStep();
		assert.equal((await post({ action: 'off', password: site.passwords.bob })).status, 303);
		assert.equal((await lastAudit()).action, 'factor.off');
		await (await site.client()).login('bob', site.passwords.bob);
		assert.equal(await site.value('SELECT count(*)::int FROM admin_recovery'), 0);
	});
});

test('a lost telephone: another administrator, or the command line, switches it off', async () => {
	await switchOn(await site.client('reader'));
	const root = await site.client('root');
	const id = await site.value(`SELECT id FROM admin WHERE username = 'reader'`);
	const answer = await root.submit(`/configuration/administrators/${id}/password`,
		{ new: 'four-Nimble-otters', again: 'four-Nimble-otters', factor: 'off' }, `action="/configuration/administrators/${id}/password"`);
	assert.match(answer.text, /The second factor is off/);
	await (await site.client()).login('reader', 'four-Nimble-otters');
	await switchOn(root);
	assert.equal((await site.command('admin', 'factor-off', 'root')).status, 0);
	assert.equal((await site.command('admin', 'factor-off', 'root')).status, 1);
	await (await site.client()).login('root', site.passwords.root);
});

test('where the settings require it there is no other page, and no API by password', async () => {
	const strict = await freshSite({ settings: { second_factor_required: 'yes', password_contact: 'Ask Nora, <7042>' } });
	const page = await strict.page();
	await page.goto('/login');
	assert.match(await page.innerText('main'), /Forgotten your password\? Ask Nora, <7042>/);
	await assertAccessible(page);
	await page.context().close();
	// From the sign-in to the page that was asked for: first the factor is set up.
	for (const [name, javaScriptEnabled] of [['bob', true], ['reader', false]]) {
		const page = await strict.page(undefined, { javaScriptEnabled, locale: 'en-GB', viewport: { width: 390, height: 844 } });
		const signInAs = async () => {
			await page.goto(`${users}?q=x`);
			await page.fill('#username', name);
			await page.fill('#password', strict.passwords[name]);
			await page.press('#password', 'Enter');
		};
		await strict.psql(`UPDATE admin SET language = 'en' WHERE username = '${name}'`);
		await signInAs();
		await page.waitForURL(`**${path}`);
		await page.getByText('A second factor is required here.').waitFor();
		assert.equal(await page.locator('.menu a').count(), 0, 'nothing else is offered');
		await assertFits(page);
		await page.click('button:text-is("Set it up")');
		const secret = await page.locator('.steps code').innerText();
		if (javaScriptEnabled)
			await assertAccessible(page);
		await untilFresh();
		await page.fill('#code', totp(secret));
		await page.press('#code', 'Enter');
		await page.getByText('The second factor is on.').waitFor();
		await page.click('a.button:text-is("Back to my account")');
		await page.waitForURL('**/profile');
		await page.click('.logout button');
		await strict.psql('UPDATE admin_factor SET last_step = 0');
		await signInAs();
		await page.waitForURL(/\/login\/code/);
		await untilFresh();
		await page.fill('#code', totp(secret));
		await page.press('#code', 'Enter');
		await page.waitForURL(new RegExp(`${users}\\?q=x$`));
		await page.context().close();
	}
	const client = await strict.client('alice');
	for (const to of [users, '/profile', '/profile/tokens/add'])
		assert.equal((await client.get(to)).location, path, to);
	assert.equal((await fetch(new URL('/1.1/users', strict.url), { headers: basic('alice', strict.passwords.alice) })).status, 401);
	const saved = site;
	site = strict;
	await switchOn(client);
	site = saved;
	assert.equal((await client.get(users)).status, 200);
	assert.ok(cookiesOf(await client.get('/profile')).length === 0);
	await strict.close();
});
