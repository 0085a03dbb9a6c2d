// The plus button: its submenu by hover, click, touch and keyboard, and without scripts.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { assertAccessible } from '../lib/axe.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site, page;
before(async () => {
	site = await freshSite();
	page = await site.page('bob', { locale: 'en-GB' });
});

const button = (where = page) => where.locator('.plus-button');
const entry = (where = page) => where.locator('.plus-menu a', { hasText: /Import a file|Importer un fichier/ });
const add = () => page.locator('.plus-menu a').first();
const closed = async (where = page) => {
	await entry(where).waitFor({ state: 'hidden' });
	assert.equal(await button(where).getAttribute('aria-expanded'), 'false');
};
const open = async (where = page) => {
	await entry(where).waitFor({ state: 'visible' });
	assert.equal(await button(where).getAttribute('aria-expanded'), 'true');
};

test('it opens when the mouse is on it, and leads to the import', async () => {
	await page.goto(users);
	await closed();
	await button().hover();
	await open();
	await assertAccessible(page);
	await entry().click();
	await page.waitForURL(/\/users\/import$/);
});

test('it stays when the mouse is away for a moment, and closes when it is gone', async () => {
	await page.goto(users);
	await page.clock.install();
	await button().hover();
	await open();
	await page.mouse.move(20, 400);
	await page.clock.runFor(300);
	await open();
	await entry().hover();
	await page.clock.runFor(5000);
	await open();
	await page.mouse.move(20, 400);
	await page.clock.runFor(5000);
	await closed();
});

test('a click opens it for good, another one closes it, one elsewhere too', async () => {
	await page.goto(users);
	await button().click();
	await open();
	await button().click();
	await closed();
	await button().click();
	await open();
	await page.locator('h1').click();
	await closed();
});

test('by keyboard: Tab does not open it, Enter does, Escape closes it and gives the focus back', async () => {
	await page.goto(users);
	await page.mouse.move(20, 400);
	await page.locator('.search-button').focus();
	await page.keyboard.press('Tab');
	await closed();
	await page.keyboard.press('Enter');
	await open();
	await page.keyboard.press('Tab');
	assert.equal(await add().innerText(), 'Add');
	assert.ok(await add().evaluate((a) => a === document.activeElement));
	await page.keyboard.press('Tab');
	assert.ok(await entry().evaluate((a) => a === document.activeElement));
	await page.keyboard.press('Escape');
	await closed();
	assert.ok(await button().evaluate((b) => b === document.activeElement));
	await page.keyboard.press('ArrowDown');
	await open();
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/users\/add$/);
});

test('it closes when the focus goes on', async () => {
	await page.goto(users);
	await page.mouse.move(20, 400);
	await button().focus();
	await page.keyboard.press('Space');
	await open();
	for (let entries = await page.locator('.plus-menu a').count(); entries >= 0; entries--)
		await page.keyboard.press('Tab');
	await closed();
});

test('Escape closes what the mouse opened', async () => {
	await page.goto(users);
	await button().hover();
	await open();
	await page.keyboard.press('Escape');
	await closed();
});

test('by touch: one tap opens it, the next one follows the entry', async () => {
	const touch = await site.page('bob', { hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } });
	await touch.goto(users);
	await button(touch).tap();
	await open(touch);
	await button(touch).tap();
	await closed(touch);
	await button(touch).tap();
	await entry(touch).tap();
	await touch.waitForURL(/\/users\/import$/);
	await touch.context().close();
});

test('without scripts it opens by the mouse and by the focus', async () => {
	const plain = await site.page('bob', { javaScriptEnabled: false });
	await plain.goto(users);
	await entry(plain).waitFor({ state: 'hidden' });
	await button(plain).hover();
	await entry(plain).waitFor({ state: 'visible' });
	await plain.mouse.move(20, 400);
	await entry(plain).waitFor({ state: 'hidden' });
	await button(plain).focus();
	await entry(plain).waitFor({ state: 'visible' });
	await entry(plain).click();
	await plain.waitForURL(/\/users\/import$/);
	await plain.context().close();
});

test('only what is there and allowed is in it', async () => {
	const entries = async (where) => (await where.locator('.plus-menu a').allTextContents())
		.map((text) => text.trim()).join(' · ');
	await page.goto(users);
	assert.match(await entries(page), /^(Add · Import a file · Update from file · Export to CSV|Ajouter · Importer un fichier · .* · Exporter en CSV)$/);
	await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
	const reader = await site.page('reader');
	await reader.goto(users);
	assert.equal(await button(reader).count(), 0);
	await site.psql(`UPDATE admin SET rights = '{users.read,users.export}' WHERE username = 'reader'`);
	await reader.goto(users);
	assert.match(await entries(reader), /^(Export to CSV|Exporter en CSV)$/);
	assert.deepEqual(await reader.locator('.menu a').evaluateAll((links) => links.map((link) => link.getAttribute('href').split('/').pop())),
		['users', 'voicemails', 'incalls', 'extensions']);
	await reader.context().close();
});
