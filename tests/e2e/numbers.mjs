// Extensions, incoming calls and voicemails: with who has each, free ones made, renamed,
// deleted, set aside.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf } from '../lib/api.mjs';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const extensions = '/services/ipbx/extensions', incalls = '/services/ipbx/incalls', voicemails = '/services/ipbx/voicemails';
let site;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'reader', 'root')`);
});

const said = (page) => page.locator('.messages').innerText();
const numbers = (page) => page.locator('table.setup tbody th').allInnerTexts();
const row = (page, number) => page.locator('table.setup tbody tr', { has: page.locator('th', { hasText: new RegExp(`^${number}$`) }) });
const add = async (page, path, fields, reserve) => {
	await page.goto(`${path}/add`);
	for (const [name, value] of Object.entries(fields))
		await (name === 'context' ? page.selectOption('#context', { label: value }) : page.fill(`#${name}`, value));
	if (reserve)
		await page.check('input[name="reserve"]');
	await page.click('.setup-form button.main');
};

describe('extensions', () => {
	test('each has its owner; ranges say how full they are and lead to the next free number', async () => {
		const page = await site.page('alice');
		await page.goto('/');
		await page.click('.menu a:text-is("Extensions")');
		assert.deepEqual(await numbers(page), ['1000', '1001', '1002']);
		assert.equal(await row(page, '1000').locator(`a[href$="${uuid(1)}"]`).innerText(), 'Fodé Sanderson');
		await page.click('.ranges summary');
		assert.match(await page.locator('.ranges tbody tr').first().innerText(), /1000–1999[^]*3 of 1,000 in use[^]*1003/);
		await assertAccessible(page);
		await page.locator('.ranges a').first().click();
		assert.equal(await page.inputValue('#first'), '1003');
		await page.click('.setup-form button.main');
		assert.match(await said(page), /Created/);
		assert.match(await row(page, '1003').innerText(), /Free/);
		// It is still the next free one: the link leads to it, as it cannot be made again.
		await page.click('.ranges summary');
		await page.locator('.ranges a').first().click();
		assert.match(await page.innerText('h1'), /^1003$/);
		await page.click('text=Add a user with this number');
		assert.deepEqual([await page.inputValue('#context'), await page.inputValue('#exten'), await page.inputValue('#line_protocol')],
			['default', '1003', 'sip']);
		await page.context().close();
	});

	test('a block is made and set aside: a file that names one is refused until it is released', async () => {
		const page = await site.page('alice');
		await add(page, extensions, { context: 'default', first: '1500', last: '1509' }, true);
		await page.goto(`${extensions}?state=reserved`);
		assert.equal((await numbers(page)).length, 10);
		const alice = apiOf(site, 'alice');
		const file = 'firstname,line_protocol,context,exten\nAnn,sip,default,1500\n';
		const refused = await alice.import(file);
		assert.equal(refused.status, 400);
		assert.match(refused.text, /Number '1500' of context 'default' is reserved/);
		await page.click('table.setup a:text-is("1500")');
		await page.click('button[value="release"]');
		assert.match(await said(page), /free again/);
		assert.equal((await alice.import(file)).status, 201);
		// It is in use now: it has no form any more, and is not deleted by hand either.
		await page.goto(`${extensions}?q=1500`);
		await page.click('table.setup a:text-is("1500")');
		assert.equal(await page.locator('main button').count(), 0);
		const csrf = await page.locator('input[name="csrf"]').first().inputValue();
		const answer = await page.request.post(page.url(), { form: { csrf, do: 'delete' } });
		assert.equal(answer.status(), 409);
		await page.context().close();
	});

	test('reserved numbers of the setup file are not offered, and free ones are renamed and deleted', async () => {
		const page = await site.page('alice');
		await site.psql(`INSERT INTO context_reserved SELECT 1, id, n FROM context, unnest(ARRAY['1003', '1004']) n WHERE tenant_id = 1 AND name = 'default'`);
		await page.goto(extensions);
		assert.match(await row(page, '1004').innerText(), /Reserved/);
		await page.click('.ranges summary');
		assert.match(await page.locator('.ranges tbody tr').first().innerText(), /\t1005$/);
		await page.click('table.setup a:text-is("1003")');
		await page.fill('#number', '1000');
		await page.click('button[value="save"]');
		assert.match(await said(page), /1000 exists already/);
		await page.fill('#number', '9');
		await page.click('button[value="save"]');
		assert.match(await said(page), /outside of the ranges/);
		await assertAccessible(page);
		await page.fill('#number', '1777');
		await page.click('button[value="save"]');
		await page.waitForURL(/extensions$/);
		await page.click('table.setup a:text-is("1777")');
		await page.click('button[value="delete"]');
		assert.match(await said(page), /Deleted/);
		assert.equal(await site.value(`SELECT count(*)::int FROM extension WHERE exten IN ('1003', '1777')`), 0);
		assert.deepEqual((await site.sql(`SELECT action FROM audit WHERE action LIKE 'extension.%' ORDER BY id`)).map((r) => r.action),
			['extension.add', 'extension.add', 'extension.release', 'extension.rename', 'extension.delete']);
		await page.context().close();
	});
});

test('incoming numbers: what is wrong is told beside its field', async () => {
	const page = await site.page('alice');
	for (const [fields, field, text] of [
		[{ first: '20a0' }, 'first', /1 to 40 digits/],
		[{ first: '2100', last: '2099' }, 'last', /does not end a block/],
		[{ first: '2000', last: '9999' }, 'last', /does not end a block/],
		[{ first: '5000' }, 'first', /outside of the ranges/],
		[{ first: '1999', last: '2001' }, 'first', /outside|exists/],
		[{ first: '2000' }, 'first', /exists already/]]) {
		await add(page, incalls, { context: 'from-extern', ...fields });
		assert.match(await page.locator(`#${field}-fault`).innerText(), text);
	}
	await assertAccessible(page);
	await add(page, incalls, { context: 'from-extern', first: '21 00', last: '21.01' });
	await page.goto(`${incalls}?state=free`);
	assert.deepEqual(await numbers(page), ['2100', '2101']);
	await page.goto(`${incalls}?q=21-01`);
	assert.deepEqual(await numbers(page), ['2101']);
	await page.goto(`${incalls}?q=fod`);
	assert.deepEqual(await numbers(page), ['2000']);
	await page.context().close();
});

test('a voicemail leads to all who share it', async () => {
	await site.psql(`UPDATE users SET voicemail_id = (SELECT id FROM voicemail WHERE number = '1000') WHERE firstname = 'Mao'`);
	const page = await site.page('alice');
	await page.goto(voicemails);
	assert.match(await row(page, '1000').innerText(), /Fodé Sanderson and 1 other/);
	await page.click('table.setup a:text-is("1000")');
	assert.deepEqual(await page.locator('main .facts a').allInnerTexts(), ['Fodé Sanderson', 'Mao Abdoulai']);
	await add(page, voicemails, { context: 'default', first: '1800', name: 'Front desk' });
	assert.match(await said(page), /Created/);
	assert.match(await row(page, '1800').innerText(), /Front desk/);
	await page.click('table.setup a:text-is("1800")');
	await page.fill('#name', 'x'.repeat(81));
	await page.click('button[value="save"]');
	assert.match(await page.locator('#name-fault').innerText(), /1 to 80 characters/);
	await page.fill('#name', 'Reception');
	await page.click('button[value="save"]');
	assert.match(await row(page, '1800').innerText(), /Reception/);
	await page.context().close();
});

test('who may only read sees the lists; another entity\'s numbers are not there', async () => {
	const page = await site.page('reader');
	await page.goto(extensions);
	assert.ok((await numbers(page)).includes('1000'));
	assert.equal(await page.locator('main a:has-text("Add")').count(), 0);
	assert.equal((await page.goto(`${extensions}/add`)).status(), 403);
	const foreign = await site.value('SELECT id FROM extension WHERE tenant_id = 2');
	assert.equal((await page.goto(`${extensions}/${foreign}`)).status(), 404);
	await page.context().close();
});

test('of more than 10,000 that a search finds the page says so; the API counts them', async () => {
	await site.psql(`INSERT INTO voicemail (tenant_id, context_id, number, name)
		SELECT 1, id, n::text, 'Crowd' FROM context, generate_series(20001, 30001) n WHERE tenant_id = 1 AND name = 'default'`);
	const page = await site.page('alice');
	await page.goto(`${voicemails}?q=crowd`);
	assert.equal(await page.innerText('.pager-rows'), '1–50 of more than 10,000');
	await page.goto(`${voicemails}?q=crowd&page=200`);
	assert.equal(await page.innerText('.pager-rows'), '9,951–10,000 of more than 10,000');
	assert.equal((await numbers(page)).at(-1), '30000');
	await page.goto(`${voicemails}?q=crowd&page=201`);
	assert.equal((await numbers(page)).at(-1), '30000', 'a page behind the last one leads to that');
	await page.goto(`${voicemails}?page=200`);
	assert.doesNotMatch(await page.innerText('.pager-rows'), /more/);
	assert.equal((await apiOf(site, 'alice').get('/1.1/voicemails?search=crowd&limit=1')).json.total, 10001);
	await site.psql(`DELETE FROM voicemail WHERE name = 'Crowd'`);
	await page.context().close();
});

test('stands axe in the dark, fits 320 pixels, and works in French without scripts', async () => {
	const dark = await site.page('root', { colorScheme: 'dark' });
	const narrow = await site.page('reader', { viewport: { width: 320, height: 700 }, javaScriptEnabled: false });
	await site.psql(`UPDATE admin SET language = 'fr' WHERE username = 'reader'`);
	for (const path of [extensions, incalls, voicemails]) {
		await dark.goto(path);
		await assertAccessible(dark);
		await dark.goto(`${path}/add`);
		await assertAccessible(dark);
		await narrow.goto(path);
		await assertFits(narrow);
	}
	assert.match(await narrow.innerText('h1'), /Messageries vocales/);
	await dark.context().close();
	await narrow.context().close();
});
