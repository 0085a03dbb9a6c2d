// The choice of columns: a small file for a small update, and how to open it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { parseCsv } from '../lib/csv.mjs';
import { addPeople } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site, page;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	page = await site.page('alice');
	await page.goto(users);
	await page.click('button[value=en]');
});

const ticked = (where = page) => where.locator('input[name=columns]:checked').evaluateAll((all) => all.map((e) => e.value));

async function download(where, click) {
	const [file] = await Promise.all([where.waitForEvent('download'), click()]);
	assert.match(file.suggestedFilename(), /^user_export_.*\.csv$/);
	return parseCsv(readFileSync(await file.path(), 'utf8').replace(/^\ufeff/, ''));
}

test('from the list, narrowed by its search, with what was ticked', async () => {
	await page.goto(`${users}?q=fod&context=default`);
	await page.click('text=Export chosen columns');
	await page.waitForURL(/\/export\/columns\?q=fod&context=default$/);
	assert.match(await page.locator('main').innerText(), /Only these users: Search: fod · Context: default/);
	assert.deepEqual(await ticked(), ['firstname', 'lastname']);
	await page.uncheck('input[value=lastname]');
	await page.check('input[value=exten]');
	assert.deepEqual(await download(page, () => page.click('main form button')), [['uuid', 'firstname', 'exten'],
		['00000000-0000-4000-8000-000000000001', 'Fodé', '1000']]);
});

test('uuid is not to be chosen: it is always there', async () => {
	await page.goto(`${users}/export/columns?q=fod&tick=none`);
	assert.equal(await page.locator('input[type=checkbox][value=uuid]').count(), 0);
	assert.deepEqual(await ticked(), []);
	assert.deepEqual((await download(page, () => page.click('main form button')))[0], ['uuid']);
});

test('all are ticked and unticked at once, without scripts too', async () => {
	const plain = await site.page('alice', { javaScriptEnabled: false });
	await plain.goto(`${users}/export/columns?q=fod`);
	await plain.click('text=/^(Select all|Tout cocher)$/');
	await plain.waitForURL(/tick=all/);
	const all = await ticked(plain);
	assert.ok(all.length > 40);
	assert.match(plain.url(), /q=fod/);
	const [header] = await download(plain, () => plain.click('main form button'));
	assert.deepEqual(new Set(header), new Set(['uuid', ...all]));
	await plain.click('text=/^(Clear all|Tout décocher)$/');
	await plain.waitForURL(/tick=none/);
	assert.deepEqual(await ticked(plain), []);
	await plain.context().close();
});

test('the entry of the plus menu is the download itself', async () => {
	await page.goto(`${users}?q=Mao`);
	await page.click('.plus-button');
	const records = await download(page, () => page.click('.plus-menu >> text=Export to CSV'));
	assert.equal(records.length, 2);
	assert.ok(records[0].length > 40);
});

test('an unknown column in the address is named on this page', async () => {
	await page.goto(`${users}/export?columns=exten,phonenumber`);
	assert.match(await page.locator('.box.error').innerText(), /“phonenumber” is not a column/);
	assert.deepEqual(await ticked(), ['exten']);
});

test('how a spreadsheet opens the file without harm is said beside it, in the language of the page', async () => {
	await page.goto(`${users}/export/columns`);
	for (const word of ['LibreOffice Calc', 'Excel', 'Google Sheets', 'Text', 'zeros'])
		assert.ok((await page.locator('section').innerText()).includes(word), word);
	await page.click('button[value=fr]');
	assert.match(await page.locator('h1').innerText(), /Exporter certaines colonnes/);
	assert.match(await page.locator('section').innerText(), /zéros de tête/);
	await page.click('button[value=en]');
});

test('who may not see secrets is told which columns are masked', async () => {
	const reader = await site.page('reader');
	await reader.goto(users);
	await reader.click('button[value=en]');
	await reader.goto(`${users}/export/columns`);
	const masked = await reader.locator('.ticks li', { hasText: '********' }).locator('input').evaluateAll((all) => all.map((e) => e.value));
	assert.deepEqual(masked, ['call_permission_password', 'password', 'sip_secret', 'voicemail_password']);
	await page.goto(`${users}/export/columns`);
	assert.equal(await page.locator('.ticks li', { hasText: '********' }).count(), 0);
});
