// Every page in every state: dark, and at 320 pixels in the other language, stands
// axe-core and runs out of no window; and the main way by keyboard alone.
// What a state is for is tested in the file of its page.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { jobId } from '../lib/client.mjs';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { check, file, imports as imported, store, updates } from '../lib/checks.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const imports = '/services/ipbx/imports';

let site;
const jobs = {};
const pages = {};	// by administrator, '' signed out

before(async () => {
	site = await freshSite({ settings: { page_wait: 0, max_upload_mb: 1 } });
	const alice = await site.client('alice');
	const end = async (file, name) => {
		const id = jobId(await alice.upload(file, { name }));
		await site.jobEnded(id);
		return id;
	};
	jobs.done = await end(data('tricky.csv'));
	jobs.warnings = await end(data('legacy_pipe.csv'));
	jobs.failed = await end(data('bad/many_errors.csv'));
	jobs.file = await end(data('bad/unclosed_quote.csv'));
	const checked = async (chosen, form) => check(site, alice, form, chosen);
	jobs.import = await checked(file('firstname,line_protocol,context,exten', 'Ann,sip,default,1800', 'Ben,sccp,default,1801'), imported);
	const [one] = await site.sql('SELECT uuid FROM users WHERE tenant_id = 1 ORDER BY id LIMIT 1');
	jobs.update = await checked(file('uuid,lastname,userfield,ring_seconds,voicemail_name,voicemail_number,voicemail_context',
		`${one.uuid},A name that is new,"a text that is ${'long '.repeat(20)}",0,Box,1900,default`), updates);
	jobs.gone = await checked(file('firstname', 'Gone'), imported);
	await site.psql(`UPDATE job SET kept_as_sent = false WHERE id = ${jobs.gone}`);
	jobs.wrong = await checked(file('firstname,email', ',x'), imported);
	// As its plan is another one when it is applied.
	jobs.changed = await checked(file('uuid,lastname', `${one.uuid},Another`), updates);
	await site.psql(`UPDATE job SET plan_changed = true WHERE id = ${jobs.changed}`);
	await site.stop('worker');
	jobs.cancelled = await store(alice, imported, file('firstname', 'Cancelled'));
	await site.psql(`UPDATE job SET cancelled_by = 'alice' WHERE id = ${jobs.cancelled}`);
	jobs.running = jobId(await alice.upload(data('tab.csv')));
	jobs.queued = jobId(await alice.upload(data('sep_line.csv')));
	// As a worker leaves it that has got that far.
	await site.psql(`UPDATE job SET state = 'running', started_at = now(), attempt = 1, phase = 'hashing',
		done = 40, total = 100, percent = 40, expected_at = now() + interval '10 min' WHERE id = ${jobs.running}`);
	for (const name of ['', 'alice', 'bob', 'reader', 'root'])
		pages[name] = await site.page(name || undefined, { viewport: { width: 1280, height: 800 } });
});

const visit = (path) => (page) => page.goto(typeof path === 'function' ? path() : path);

async function loginRefused(page) {
	await page.goto('/login');
	await page.fill('#username', 'alice');
	await page.fill('#password', 'wrong');
	await page.click('main button');
}

async function plusOpen(page) {
	await page.goto(users);
	await page.click('.plus-button');
	await page.locator('#plus-menu').waitFor({ state: 'visible' });
}

async function oneUser(page) {
	await page.goto(users);
	await page.click('tbody th a');
}

async function filterOpen(page) {
	await page.goto(`${users}?enabled=yes&q=e`);
	await page.click('.drop summary >> nth=0');
}

async function columnsOpen(page) {
	await page.goto(users);
	await page.click('.drop summary >> nth=1');
}

async function someSelected(page) {
	await page.goto(users);
	await page.locator('tbody input[type=checkbox]').first().check();
}

async function secretsShown(page) {
	await page.goto(`${users}?protocol=sip`);
	await page.click('tbody th a');
	await page.locator('.show').first().click();
}

async function deleteAsked(page) {
	await page.goto(users);
	await page.locator('tbody input[type=checkbox]').first().check();
	await page.click('.selection button[value=delete]');
}

async function formRefused(page) {
	await page.goto(`${users}/import`);
	await page.evaluate(() => document.getElementById('file').removeAttribute('required'));
	await page.click('.import-form button');
	await page.locator('[aria-invalid]').waitFor();
}

async function tooLarge(page) {
	await page.goto(`${users}/import`);
	await page.setInputFiles('#file', { name: 'large.csv', mimeType: 'text/csv', buffer: Buffer.alloc(5 << 20, 'a') });
	const answer = page.waitForResponse((response) => response.request().method() === 'POST');
	await page.click('.import-form button');
	assert.equal((await answer).status(), 413);
	await page.waitForLoadState();
}

// State: who, and how to come to it.
const states = {
	'signing in': ['', visit('/login')],
	'signing in, refused': ['', loginRefused],
	'no users yet': ['bob', visit(users)],
	'the users': ['alice', visit(users)],
	'the users, as one who may only read': ['reader', visit(users)],
	'the users of all entities': ['root', visit(users)],
	'the filters': ['alice', filterOpen],
	'the columns of the list': ['alice', columnsOpen],
	'users, selected': ['alice', someSelected],
	'the users, filtered': ['alice', visit(`${users}?q=e&context=default&sort=exten&dir=desc&size=50`)],
	'the users, nobody found': ['alice', visit(`${users}?q=nobody-has-this-name`)],
	// Without a list, whose targets the open menu would lie over.
	'the plus button, open': ['bob', plusOpen],
	'one user': ['alice', oneUser],
	'one user with secrets': ['alice', secretsShown],
	'sheets to print': ['alice', visit(`${users}/sheets?q=e`)],
	'deleting, asked': ['alice', deleteAsked],
	'my account': ['alice', visit('/profile')],
	'a new password': ['alice', visit('/profile/password')],
	'the second factor': ['alice', visit('/profile/second-factor')],
	'a new token': ['alice', visit('/profile/tokens/add')],
	'the audit': ['alice', visit('/configuration/audit')],
	'the audit of all entities, filtered': ['root', visit('/configuration/audit?who=a&from=2026-02-31')],
	'the import form': ['alice', visit(`${users}/import`)],
	'the import form of all entities': ['root', visit(`${users}/import`)],
	'the import form, refused': ['alice', formRefused],
	'the update form': ['alice', visit(`${users}/update`)],
	'the columns of an export': ['alice', visit(`${users}/export/columns`)],
	'a job that waits': ['alice', visit(() => `${imports}/${jobs.queued}?follow=0`)],
	'a job that runs': ['alice', visit(() => `${imports}/${jobs.running}`)],
	'a job that is done': ['alice', visit(() => `${imports}/${jobs.done}`)],
	'a job with warnings': ['alice', visit(() => `${imports}/${jobs.warnings}?show=issues`)],
	'the users that a job made': ['alice', visit(() => `${imports}/${jobs.warnings}?show=users`)],
	'the log of a job': ['alice', visit(() => `${imports}/${jobs.done}?show=log`)],
	'a job with errors': ['alice', visit(() => `${imports}/${jobs.failed}`)],
	'a job with errors, filtered': ['alice', visit(() => `${imports}/${jobs.failed}?show=issues&level=error&column=email`)],
	'a job with a file error': ['alice', visit(() => `${imports}/${jobs.file}`)],
	'a checked import': ['alice', visit(() => `${imports}/${jobs.import}`)],
	'a checked import, as one who may not apply it': ['reader', visit(() => `${imports}/${jobs.import}`)],
	'a checked import whose file is kept no longer': ['alice', visit(() => `${imports}/${jobs.gone}`)],
	'a checked update and its changes': ['alice', visit(() => `${imports}/${jobs.update}`)],
	'a plan that is another one now': ['alice', visit(() => `${imports}/${jobs.changed}`)],
	'a check with errors': ['alice', visit(() => `${imports}/${jobs.wrong}`)],
	'a cancelled job': ['alice', visit(() => `${imports}/${jobs.cancelled}`)],
	'a job that was cancelled too late': ['alice', visit(() => `${imports}/${jobs.done}?late=1`)],
	'the history': ['alice', visit(imports)],
	'the changes of a day': ['alice', visit(`${imports}/changes`)],
	'the changes of no day': ['alice', visit(`${imports}/changes?day=yesterday`)],
	'the history of a user': ['alice', async (page) => page.goto(`${users}/${await site.value('SELECT uuid FROM users WHERE tenant_id = 1 ORDER BY id LIMIT 1')}/history`)],
	'the history of all entities': ['root', visit(imports)],
	'the history, empty': ['bob', visit(imports)],
	'a page that does not exist': ['alice', visit('/nowhere')],
	'a page that is not allowed': ['reader', visit(`${users}/import`)],
	'a file that is too large': ['bob', tooLarge],
};

describe('dark, and at 320 pixels', () => {
	for (const [name, [who, open]] of Object.entries(states))
		test(name, async () => {
			const page = pages[who];
			await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
			await page.setViewportSize({ width: 1280, height: 800 });
			await open(page);
			await assertFits(page);
			await assertAccessible(page);
			await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
			await page.setViewportSize({ width: 320, height: 640 });
			await assertFits(page);
			await assertAccessible(page);
		});
});

for (const javaScriptEnabled of [true, false])
	test(`where the window is narrow the menu folds away, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
		const page = await site.page('alice', { viewport: { width: 320, height: 640 }, javaScriptEnabled });
		await page.goto(users);
		const menu = page.locator('#menu'), button = page.locator('.menu-open');
		assert.equal(await menu.isVisible(), false);
		await button.focus();
		await page.keyboard.press('Enter');
		await menu.waitFor({ state: 'visible' });
		if (javaScriptEnabled)
			await assertAccessible(page);
		await page.keyboard.press('Escape');
		await menu.waitFor({ state: 'hidden' });
		await button.click();
		await page.click('.menu-close');
		await menu.waitFor({ state: 'hidden' });
		await button.click();
		await page.click('#menu a[href$="/voicemails"]');
		await page.waitForURL('**/voicemails');
		assert.equal(await menu.isVisible(), false);
		await assertFits(page);
		// At 200 % a window of 1280 pixels is one of 640.
		await page.setViewportSize({ width: 640, height: 400 });
		assert.equal(await menu.isVisible(), false);
		await page.setViewportSize({ width: 1280, height: 800 });
		await menu.waitFor({ state: 'visible' });
		assert.equal(await button.isVisible(), false);
		await page.context().close();
	});

test('in colours that the reader forces, where one is can be told', async () => {
	const page = await site.page('alice', { forcedColors: 'active' });
	const border = (selector) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).borderBlockEndColor);
	await page.goto(`${imports}/${jobs.failed}`);
	const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	for (const list of ['.menu', '.tabs']) {
		assert.equal(await border(`${list} a:not([aria-current])`), ground, list);
		assert.notEqual(await border(`${list} a[aria-current]`), ground, list);
	}
	await page.context().close();
});

// Presses Tab until the focus is on `selector`; each stop on the way can be seen.
async function tabTo(page, selector) {
	for (let i = 0; i < 80; i++) {
		await page.keyboard.press('Tab');
		const at = await page.evaluate((wanted) => {
			const e = document.activeElement;
			const box = e.getBoundingClientRect();
			const style = getComputedStyle(e);
			return { there: e.matches(wanted), tag: e.outerHTML.slice(0, 120),
				seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
					&& box.width > 0 && box.bottom > 0 && box.top < innerHeight };
		}, selector);
		assert.ok(at.seen, `the focus cannot be seen: ${at.tag}`);
		if (at.there)
			return;
	}
	assert.fail(`the keyboard does not come to ${selector}`);
}

test('by keyboard alone: signing in, the plus button, a file, its report', async () => {
	await site.start('worker');
	for (const id of [jobs.running, jobs.queued])
		await site.jobEnded(id);
	const page = await site.page(undefined, { viewport: { width: 1280, height: 800 } });
	// Listened to from the beginning: the browser is told so before the key is pressed.
	page.on('filechooser', (chooser) => chooser.setFiles({ name: 'staff.csv', mimeType: 'text/csv',
		buffer: Buffer.from('firstname,line_protocol,context,exten\nAnn,sip,default,1000\n') }));
	await page.goto('/login');
	await tabTo(page, '#username');
	await page.keyboard.type('bob');
	await tabTo(page, '#password');
	await page.keyboard.type('bob-Secret-1');
	await page.keyboard.press('Enter');
	await page.waitForURL(`**${users}`);
	await tabTo(page, '.plus-button');
	await page.keyboard.press('Enter');
	await tabTo(page, '#plus-menu a[href$="/import"]');
	await page.keyboard.press('Enter');
	await page.waitForURL('**/users/import');
	await tabTo(page, '#file');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => document.getElementById('file').files.length === 1);
	await tabTo(page, '.import-form button');
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/imports\/\d+$/);
	// The report has the focus when it takes the place of the notice.
	await page.locator('#result').waitFor();
	assert.match(await page.locator('#result').innerText(), /1 user was created/);
	await tabTo(page, '.ways a[href$="/users"]');
	await page.keyboard.press('Enter');
	await page.waitForURL(`**${users}`);
	await page.getByRole('link', { name: 'Ann' }).first().waitFor();
});
