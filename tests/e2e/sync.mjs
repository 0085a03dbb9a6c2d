// Update from file as the whole truth of who is there: the folded section of the form, who may
// choose what, a plan that is too much, and the report of who came and left.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { apiOf, csv } from '../lib/api.mjs';
import { siteOfKinds } from '../lib/held.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;
before(async () => {
	site = await freshSite({ setup: siteOfKinds(), settings: { page_wait: 60 } });
	await site.psql(`UPDATE admin SET language = 'en'`);
	const made = await apiOf(site, 'alice').import(csv(...['Ann', 'Ben', 'Cid', 'Dan'].map((firstname, i) =>
		({ firstname, lastname: 'Lee', userfield: firstname, line_protocol: 'sip', context: 'default', exten: `100${i}` }))));
	assert.equal(made.status, 201);
});

const section = 'details:has(summary:has-text("Synchronise"))';
async function open(page) {
	await page.goto('/services/ipbx/users/update');
	assert.equal(await page.locator(section).getAttribute('open'), null);
	await page.click(`${section} summary`);
}
const shot = async (page, name) => process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });

const file = csv({ userfield: 'Ann', firstname: 'Anna', lastname: 'Lee', _delete: '' }, { userfield: 'Ben', firstname: '', lastname: '', _delete: '1' },
	{ userfield: 'Eve', firstname: 'Eve', lastname: 'Lee', _delete: '0' });
async function send(page, button, { absent = 'disable', confirm } = {}) {
	await open(page);
	await page.setInputFiles('#file', { name: 'everybody.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
	await page.selectOption('#match', 'userfield');
	await page.check('#create');
	await page.selectOption('#absent', absent);
	if (confirm)
		await page.fill('#absent_confirm', confirm);
	await page.click(`button[value="${button}"]`);
	await page.waitForURL(/imports\/\d+$/);
}

for (const javaScriptEnabled of [true, false]) {
	test(`a file that leaves out too many is refused until their number is typed in, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
		const page = await site.page('alice', { javaScriptEnabled });
		await send(page, 'check');
		assert.match(await page.innerText('#result'), /does not name 2 of 4 users, more than 10 %.*\(2\).*absent_confirm=2/s);
		await send(page, 'check', { confirm: '2' });
		assert.match(await page.innerText('table.plan'), /Created\s+Changed\s+Unchanged\s+Disabled\s+Removed.*\n*.*Users\s+1\s+1\s+0\s+2\s+1/s);
		if (!javaScriptEnabled)
			return;
		await assertAccessible(page);
		await page.click('nav.tabs a:has-text("Who comes and leaves")');
		assert.deepEqual((await page.locator('table.made tbody tr').allInnerTexts()).map((row) => row.split(/\s*\t\s*/)),
			[['3', 'Ben Lee', '1001', 'deleted'], ['4', 'Eve Lee', '-', 'created'], ['-', 'Cid Lee', '1002', 'disabled'], ['-', 'Dan Lee', '1003', 'disabled']]);
		await assertAccessible(page);
		await shot(page, 'plan');
		await page.setViewportSize({ width: 320, height: 640 });
		await assertFits(page);
		await shot(page, 'plan-narrow');
		await page.context().close();
	});
}

test('the report says with whom it did what, and undo takes all of it back', async () => {
	const page = await site.page('alice');
	const before = (await site.sql('SELECT firstname, enabled FROM users ORDER BY id'));
	await send(page, 'apply', { confirm: '2' });
	assert.match(await page.innerText('#result'), /1 user created[^]*1 user changed[^]*2 users disabled[^]*1 user deleted/);
	await page.click('nav.tabs a:has-text("Users changed")');
	assert.deepEqual((await page.locator('table.made tbody tr').allInnerTexts()).map((row) => row.split(/\s*\t\s*/)), [['2', 'Anna Lee', '1000', 'changed'],
		['3', 'Ben Lee', '-', 'deleted'], ['4', 'Eve Lee', '-', 'created'], ['-', 'Cid Lee', '1002', 'disabled'], ['-', 'Dan Lee', '1003', 'disabled']]);
	await assertAccessible(page);
	await shot(page, 'report');
	await page.click('button:has-text("Undo")');
	await page.click('.apply button.main');
	await page.waitForSelector('button:has-text("Redo")');
	assert.deepEqual(await site.sql('SELECT firstname, enabled FROM users ORDER BY id'), before);
	await page.context().close();
});

test('whoever may not create or delete reads so, and is offered neither', async () => {
	const page = await site.page('updater');
	await open(page);
	assert.match(await page.innerText(section), /neither create nor delete users: that needs the rights users.import and users.delete/);
	assert.equal(await page.locator('#create').count(), 0);
	assert.deepEqual(await page.locator('#absent option').allInnerTexts(), ['stay as they are', 'are disabled']);
	await page.context().close();
});

test('the section is for everybody: accessible, narrow, dark, French', async () => {
	const page = await site.page('alice');
	await open(page);
	await assertAccessible(page);
	await shot(page, 'form');
	await page.emulateMedia({ colorScheme: 'dark' });
	await assertAccessible(page);
	await page.setViewportSize({ width: 320, height: 640 });
	await assertFits(page);
	await shot(page, 'form-narrow-dark');
	await site.psql(`UPDATE admin SET language = 'fr' WHERE username = 'alice'`);
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.emulateMedia({ colorScheme: 'light' });
	await page.goto('/services/ipbx/users/update');
	await page.click('summary:has-text("Synchroniser")');
	await shot(page, 'form-fr');
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
	await page.context().close();
});

test('an option without the one that it narrows is refused where it stands', async () => {
	const page = await site.page('alice');
	await open(page);
	await page.setInputFiles('#file', { name: 'everybody.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
	await page.fill('#label', 'sales');
	await page.click('button[value="check"]');
	await page.waitForSelector('#label-fault, [id="label"][aria-invalid="true"]');
	assert.equal(await page.inputValue('#label'), 'sales');
	await assertAccessible(page);
	await shot(page, 'fault');
	await page.context().close();
});
