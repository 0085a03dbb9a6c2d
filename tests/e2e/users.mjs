// The list of users in a browser: columns, search, sorting, pages, one user.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site, page;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	page = await site.page('alice', { locale: 'en-GB' });
	await page.click('button[value=en]');
});

const names = (where = page) => where.locator('tbody .col-name a').allTextContents();
const heads = async (where = page) => (await where.locator('thead a').allInnerTexts()).map((text) => text.trim());
const query = () => new URL(page.url()).search;

test('the columns are those that an administrator knows', async () => {
	await page.goto(users);
	assert.deepEqual(await heads(), ['Full name', 'Provisioning', 'Protocol', 'Phone number', 'Entity']);
	const row = page.locator('tbody tr', { hasText: 'Fodé' });
	const cells = await row.locator('th, td').allInnerTexts();
	assert.deepEqual(cells.slice(2, 6).map((text) => text.trim()), ['188150', 'sip', '1000', 'acme']);
	assert.equal((await page.locator('.strip-count').innerText()).trim(), '45 users');
	await page.goto(`${users}?q=Moko`);
	assert.deepEqual((await page.locator('tbody td').allInnerTexts()).slice(1, 4), ['-', '-', '-']);
});

test('whether a user is enabled is told by a mark and by a word', async () => {
	await page.goto(`${users}?q=Mao`);
	assert.match(await page.locator('tbody .col-name').innerText(), /^disabled:\s+Mao Abdoulai/);
	await page.goto(`${users}?q=Fod`);
	assert.match(await page.locator('tbody .col-name').innerText(), /^enabled:\s+Fodé Sanderson/);
});

test('a name is shown as it is, whatever is in it', async () => {
	await page.goto(`${users}?q=O'Neil`);
	assert.deepEqual(await names(), [`<b>Moko</b> O'Neil & "Sons"`]);
	assert.equal(await page.locator('tbody b').count(), 0);
	await page.goto(`${users}?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
	assert.equal(await page.inputValue('#q'), '"><script>alert(1)</script>');
	assert.equal(await page.locator('.empty').count(), 1);
});

test('searching narrows the list, takes signs as they are, and stays in the URL', async () => {
	await page.goto(users);
	await page.fill('#q', '  fodé s ');
	await page.press('#q', 'Enter');
	await page.waitForURL(/q=/);
	assert.deepEqual(await names(), ['Fodé Sanderson']);
	for (const [text, found] of [['1001', ['Mamàsta Michel']], ['FODE@', ['Fodé Sanderson']],
		['michel MAMASTA', ['Mamàsta Michel']], ['mama 10.01', ['Mamàsta Michel']],
		['100%', ['Fodé Sanderson']], ['%', ['Fodé Sanderson']], ['_', []]]) {
		await page.goto(`${users}?q=${encodeURIComponent(text)}`);
		assert.deepEqual(await names(), found, text);
	}
});

test('an empty list says so and shows a way on', async () => {
	await page.goto(`${users}?q=nobody-at-all`);
	assert.match(await page.locator('.empty').innerText(), /No user found/);
	await page.click('.empty a');
	assert.equal((await names()).length, 20);
});

test('the context filter knows the contexts of the entity alone', async () => {
	await page.goto(users);
	assert.deepEqual(await page.locator('#context option').allTextContents(), ['All contexts', 'default']);
	await page.selectOption('#context', 'default');
	await page.click('.search-button');
	await page.waitForURL(/context=default/);
	assert.equal((await names()).length, 3);
});

test('each column sorts, one more click turns it round, and it is told', async () => {
	await page.goto(`${users}?context=default`);
	assert.equal(await page.locator('thead .col-name').getAttribute('aria-sort'), 'ascending');
	for (const [column, first, last] of [['number', 'Fodé', 'Mao'], ['code', 'Mamàsta', 'Fodé'],
		['protocol', 'Mao', 'Mamàsta']]) {
		await page.click(`thead .col-${column} a`);
		assert.equal(await page.locator(`thead .col-${column}`).getAttribute('aria-sort'), 'ascending');
		assert.match((await names())[0], new RegExp(`^${first}`), column);
		await page.click(`thead .col-${column} a`);
		assert.equal(await page.locator(`thead .col-${column}`).getAttribute('aria-sort'), 'descending');
		assert.match((await names())[0], new RegExp(`^${last}`), column);
		assert.equal(await page.locator('th[aria-sort]').count(), 1);
	}
	assert.match(query(), /context=default/);
});

test('pages, their size and everything else go along in the URL', async () => {
	await page.goto(`${users}?q=number&sort=entity`);
	assert.equal((await names()).length, 20);
	assert.match(await page.locator('.pager-rows').innerText(), /1–20 of 41/);
	await page.click('.pager a[rel=next]');
	assert.equal((await names())[0], 'Zoé Number 021');
	assert.match(query(), /q=number/);
	assert.match(query(), /sort=entity/);
	await page.click('.sizes a >> text=50');
	assert.equal((await names()).length, 41);
	assert.match(query(), /size=50/);
	await page.fill('#q', 'number 00');
	await page.press('#q', 'Enter');
	await page.waitForURL(/q=number\+00/);
	assert.match(query(), /sort=entity/);
	assert.match(query(), /size=50/);
	assert.equal((await names()).length, 9);
});

test('a page past the end leads to the last one, a value that makes no sense is as if it were not there', async () => {
	await page.goto(`${users}?page=99`);
	assert.match(query(), /page=3/);
	assert.equal((await names()).length, 5);
	await page.goto(`${users}?page=-1&size=7&sort=password_hash&dir=sideways`);
	assert.equal((await names()).length, 20);
	assert.equal((await page.goto(`${users}?search=Mao`)).status(), 400, 'not all users for a parameter that is misspelt');
});

test('French has its own words', async () => {
	const french = await site.page('reader', { locale: 'fr-FR' });
	await french.goto(users);
	assert.deepEqual(await heads(french), ['Nom complet', 'Provisioning', 'Protocole', 'N° Téléphone', 'Entité']);
	assert.equal(await french.locator('html').getAttribute('lang'), 'fr');
	await french.goto(`${users}?q=nobody-at-all`);
	assert.match(await french.locator('.empty').innerText(), /Aucun utilisateur trouvé/);
	await french.context().close();
});

test('one user is shown with everything that belongs to it', async () => {
	await page.goto(`${users}?q=Fod`);
	await page.click('tbody .col-name a');
	assert.equal(await page.locator('h1').innerText(), 'Fodé Sanderson');
	assert.match(await page.locator('.group-user').innerText(), /Entity\s+acme\s+Entity number\s+1\s/);
	const text = await page.locator('main').innerText();
	for (const value of ['188150', '1000', 'default', '2000', 'from-extern', 'fode@example.org', 'hush-hush', '4321', '100%'])
		assert.ok(text.includes(value), value);
});

test('secrets are for those who have the right to them', async () => {
	const reader = await site.client('reader');
	const answer = await reader.get(`${users}/${uuid(1)}`);
	assert.equal(answer.status, 200);
	assert.doesNotMatch(answer.text, /hush|4321/);
	assert.match(answer.text, /\*{8}/);
});

test('a user of another entity is not found, nor is one that never was', async () => {
	const alice = await site.client('alice');
	for (const id of [uuid(5), uuid(999), 'x', '..%2f', `${uuid(1)}'`, '0'.repeat(5000)]) {
		const answer = await alice.get(`${users}/${id}`);
		assert.equal(answer.status, 404, id);
	}
	const root = await site.client('root');
	assert.equal((await root.get(`${users}/${uuid(5)}`)).status, 200);
});

test('root sees all entities, or the one that it chooses', async () => {
	const root = await site.page('root');
	await root.goto(`${users}?q=User`);
	assert.deepEqual(await names(root), ['Foreign User']);
	await root.selectOption('#scope', { label: 'acme' });
	await root.click('.chooser button');
	await root.waitForURL((url) => url.pathname === users);
	assert.equal(await root.locator('#scope option:checked').innerText(), 'acme');
	await root.goto(`${users}?q=Foreign`);
	assert.equal(await root.locator('.empty').count(), 1);
	await root.context().close();
});

test('nothing is wrong for those who listen, in light and in dark', async () => {
	for (const colorScheme of ['light', 'dark']) {
		await page.emulateMedia({ colorScheme });
		for (const path of [users, `${users}?q=nobody-at-all`, `${users}/${uuid(1)}`]) {
			await page.goto(path);
			await assertAccessible(page);
		}
	}
	await page.emulateMedia({ colorScheme: 'light' });
});

test('at any width a row is whole and names are not broken to pieces', async () => {
	const french = await site.page('bob', { locale: 'fr-FR' });
	await french.goto(users);
	for (const width of [320, 500, 700, 800, 1000, 1100, 1160, 1280, 1920]) {
		await french.setViewportSize({ width, height: 700 });
		await assertFits(french);
		const [inside, lines] = await french.locator('.scroll').evaluate((box) => {
			const name = box.querySelector('tbody .col-name a');
			return [box.scrollWidth <= box.clientWidth, name.getClientRects().length];
		});
		assert.ok(inside, `${width}: the table scrolls`);
		assert.equal(lines, 1, `${width}: ${lines} lines of a short name`);
	}
	await french.context().close();
});

test('at 320 pixels nothing is cut off or runs out of the page', async () => {
	const narrow = await site.page('alice', { viewport: { width: 320, height: 640 } });
	for (const path of [users, `${users}?sort=number&size=50`, `${users}/${uuid(4)}`]) {
		await narrow.goto(path);
		await assertFits(narrow);
		await assertAccessible(narrow);
	}
	await narrow.goto(`${users}?q=Fod`);
	const text = await narrow.locator('tbody tr').innerText();
	for (const value of ['188150', 'sip', '1000', 'acme'])
		assert.ok(text.includes(value), value);
	await narrow.context().close();
});
