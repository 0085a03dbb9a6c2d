// Phonebooks in the browser: made, shown once, loaded, revoked; with and without JavaScript.
import assert from 'node:assert/strict';
import test, { before, describe } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { addPeople } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const path = '/services/ipbx/phonebook';
let site;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'root')`);
});

for (const javaScriptEnabled of [true, false]) {
	describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
		test('a phonebook is made, its addresses are shown once, and one is revoked', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			await page.goto('/services/ipbx/users');
			await page.click('nav.menu a[href$=phonebook]');
			await page.fill('#name', 'Phones <of> Lyon');
			await page.check('[name=mobile]');
			await page.click('main form button.main:text("Create")');
			assert.match(await page.locator('.messages').innerText(), /The phonebook "Phones <of> Lyon" is created/);
			if (javaScriptEnabled)
				await assertAccessible(page);
			await assertFits(page);
			const addresses = await page.locator('.links code').allInnerTexts();
			assert.equal(addresses.length, 5);
			const answer = await fetch(addresses[1]);
			assert.equal(answer.status, 200);
			assert.match(await answer.text(), /<Title>Phones &lt;of&gt; Lyon<\/Title>[^]*<Name>Fodé/);

			await page.click('text=Back to the phonebooks');
			const row = page.locator('table.phonebooks tbody tr', { hasText: 'Phones <of> Lyon' });
			assert.match(await row.innerText(), /Names, numbers, mobile numbers/);
			assert.doesNotMatch(await row.innerText(), /Never/, 'it was loaded just now');
			assert.ok(!(await page.content()).includes(addresses[0].split('/')[4]), 'the secret is not shown again');
			if (javaScriptEnabled)
				await assertAccessible(page);
			await row.locator('summary').click();
			assert.match(await row.innerText(), /Telephones that load "Phones <of> Lyon" find no phonebook/);
			await assertFits(page);
			await row.locator('button.danger').click();
			assert.match(await page.locator('.messages').innerText(), /is revoked/);
			assert.equal(await row.count(), 0);
			assert.equal((await fetch(addresses[1])).status, 404);
			await page.context().close();
		});
	});
}

test('a name that is taken, or none, is told beside the field, and what was chosen stays', async () => {
	const page = await site.page('alice');
	for (const name of ['Twice', 'Twice']) {
		await page.goto(path);
		await page.fill('#name', name);
		await page.check('[name=plain]');
		await page.click('main form button.main:text("Create")');
	}
	assert.match(await page.locator('#name-fault').innerText(), /There is a phonebook of this name already/);
	assert.deepEqual([await page.inputValue('#name'), await page.isChecked('[name=plain]'), await page.isChecked('[name=mobile]')], ['Twice', true, false]);
	await assertAccessible(page);
	await page.locator('#name').evaluate((field) => field.removeAttribute('required'));
	await page.fill('#name', ' ');
	await page.click('main form button.main:text("Create")');
	assert.match(await page.locator('#name-fault').innerText(), /1 to 80 characters/);
	await page.context().close();
});

test('over all entities there is a list, and an entity is chosen first', async () => {
	const page = await site.page('root');
	await page.goto(path);
	assert.match(await page.locator('main').innerText(), /Choose an entity/);
	assert.equal(await page.locator('#name').count(), 0);
	assert.match(await page.locator('table.phonebooks').innerText(), /acme/);
	await page.context().close();
});

test('who may not set up has no menu entry, and no page', async () => {
	const client = await site.client('reader');
	assert.doesNotMatch((await client.get('/services/ipbx/users')).text, /services\/ipbx\/phonebook/);
	assert.equal((await client.get(path)).status, 403);
});
