// Sheets to print: one user a page, secrets only for those who may see them and ask for them.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const sheets = `${users}/sheets`;

let site, page;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	page = await site.page('alice', { locale: 'en-GB' });
	await page.goto('/');
	await page.click('button[value=en]');
});

const names = (where = page) => where.locator('.sheet h2').allInnerTexts();
const shown = () => site.sql(`SELECT admin_name, detail FROM audit WHERE action = 'user.secrets' ORDER BY id`);
const secret = /hush-hush|4321/;

async function tokenOf(client) {
	return /name="csrf" value="([0-9a-f]+)"/.exec((await client.get(users)).text)[1];
}

test('of one user: name, number, code, login and what to type into the phone, without secrets', async () => {
	await page.goto(`${users}/${uuid(1)}`);
	await page.click('text=Sheet to print');
	assert.deepEqual(await names(), ['Fodé Sanderson']);
	const text = await page.locator('.sheet').innerText();
	for (const value of ['acme', '1000', '2000', '188150', 'fode', 'rollcall', 'not printed'])
		assert.ok(text.includes(value), value);
	assert.doesNotMatch(await page.content(), secret);
	await assertAccessible(page);
	assert.deepEqual(await shown(), []);
});

test('secrets come when they are asked for, and the audit tells whose', async () => {
	await page.goto(`${sheets}?users=${uuid(1)}&users=${uuid(3)}`);
	await page.click('text=Show passwords and PINs');
	const text = await page.locator('.sheet').first().innerText();
	assert.match(text, /hush-hush/);
	assert.match(text, /4321/);
	assert.deepEqual(await shown(), [{ admin_name: 'alice', detail: { users: [uuid(1), uuid(3)] } }]);
	await assertAccessible(page);
});

test('on paper each user has a page, and nothing else is on it', async () => {
	await page.goto(`${sheets}?context=default`);
	assert.equal((await names()).length, 3);
	const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
	assert.equal(pdf.match(/\/Type\s*\/Page\b(?!s)/g).length, 3);
	await page.emulateMedia({ media: 'print' });
	for (const what of ['.top', '.menu', '.strip', '.sheet-tools', '.bottom'])
		assert.equal(await page.locator(what).isVisible(), false, what);
	await page.emulateMedia({ media: 'screen' });
});

test('of those that were selected in the list', async () => {
	await page.goto(`${users}?context=default`);
	for (const name of ['Fodé', 'Mao'])
		await page.locator('tbody tr', { hasText: name }).locator('input').check();
	await page.click('.selection button[value=sheets]');
	assert.deepEqual(await names(), ['Fodé Sanderson', 'Mao Abdoulai']);
	await page.click('text=Show passwords and PINs');
	assert.deepEqual(await names(), ['Fodé Sanderson', 'Mao Abdoulai']);
	assert.match(await page.content(), secret);
});

test('of many, some hundred at a time', async () => {
	await site.psql(`INSERT INTO users (tenant_id, firstname) SELECT 1, 'Many ' || n FROM generate_series(1, 250) n`);
	await page.goto(`${sheets}?q=many`);
	assert.equal((await names()).length, 200);
	await page.click('text=More sheets');
	assert.equal((await names()).length, 50);
	await page.click('text=Previous sheets');
	assert.equal((await names()).length, 200);
	await site.psql(`DELETE FROM users WHERE firstname LIKE 'Many %'`);
});

test('nobody has secrets without the right, the token, or of another entity', async () => {
	const [alice, reader] = await Promise.all(['alice', 'reader'].map((name) => site.client(name)));
	const before = (await shown()).length;
	const page = await reader.get(`${sheets}?users=${uuid(1)}`);
	assert.equal(page.status, 200);
	assert.doesNotMatch(page.text, /hush|(?<![\w-])4321(?![\w-])|name="secrets"/);
	assert.equal((await reader.post(sheets, { csrf: await tokenOf(reader), users: uuid(1), secrets: '1' })).status, 403);
	assert.equal((await alice.post(sheets, { users: uuid(1), secrets: '1' })).status, 403);
	assert.equal((await alice.get(`${sheets}?users=${uuid(1)}&secrets=1`)).status, 400);
	const foreign = await alice.post(sheets, { csrf: await tokenOf(alice), users: uuid(5), secrets: '1' });
	assert.equal(foreign.status, 303, 'there is nobody to print a sheet for');
	assert.equal((await alice.get(`${sheets}?users=x`)).status, 400);
	assert.equal((await shown()).length, before);
	const own = await alice.post(sheets, { csrf: await tokenOf(alice), users: uuid(1), secrets: '1' });
	assert.equal(own.headers.get('cache-control'), 'no-store');
});

test('narrow and in French, without scripts', async () => {
	const narrow = await site.page('reader', { viewport: { width: 320, height: 640 }, locale: 'fr-FR', javaScriptEnabled: false });
	await narrow.goto(`${sheets}?q=fod`);
	await assertFits(narrow);
	assert.match(await narrow.locator('.sheet').innerText(), /Votre numéro de téléphone/);
	assert.equal(await narrow.locator('[data-print]').isVisible(), false);
	await narrow.context().close();
});
