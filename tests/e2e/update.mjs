// Update from file, in the browser: the form, its help, the report, the history.
// What an update does to each column and resource: tests/api/update*.mjs.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { jobId } from '../lib/client.mjs';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const form = '/services/ipbx/users/update';
const file = (...lines) => ({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) });

let site;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});

// The tenants' data.  Sequences are not part of it: what was rolled back has drawn numbers.

// Sends the file by the form and comes to its report.
async function send(page, chosen) {
	await page.goto(form);
	await page.setInputFiles('#file', chosen);
	await page.click('.import-form button[value="apply"]');
	await page.waitForURL(/\/imports\/\d+$/);
	await page.waitForSelector('#result');
}

async function cell(page, column) {
	const row = page.locator('table.columns tr', { has: page.locator(`th code:text-is("${column}")`) });
	return row.locator('td').last().textContent();
}

describe('the form', () => {
	test('is in the plus menu, between import and export', async () => {
		const page = await site.page('alice');
		await page.goto('/services/ipbx/users');
		await page.click('.plus-button');
		assert.deepEqual(await page.locator('.plus-menu a').allInnerTexts(), ['Add', 'Import a file', 'Update from file', 'Export to CSV']);
		await page.click('.plus-menu a[href$="/update"]');
		assert.equal(await page.title(), 'Update from file - Rollcall');
		assert.match(await page.locator('main').innerText(), /Users of acme are changed\./);
		assert.equal(await page.locator('main a', { hasText: 'Export to CSV' }).count(), 1);
		await page.context().close();
	});

	test('says of each column what an empty cell does', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
		assert.equal(await cell(page, 'lastname'), 'removed');
		assert.equal(await cell(page, 'firstname'), 'not allowed');
		assert.equal(await cell(page, 'ring_seconds'), 'set to 30');
		assert.equal(await cell(page, 'exten'), 'the user\'s extension is removed');
		assert.equal(await cell(page, 'incall_exten'), 'removed from the user, but kept');
		assert.equal(await cell(page, 'line_protocol'), 'not allowed if the user has a line');
		await page.context().close();
	});

	test('has a template that begins with uuid, and lists the same columns', async () => {
		const alice = await site.client('alice');
		const template = await alice.get(`${form}/template.csv`);
		const columns = template.text.replace(/\r\n$/, '').split(',');
		assert.equal(columns[0], 'uuid');
		assert.ok(!columns.includes('provisioning_code'));
		const page = await site.page('alice');
		await page.goto(form);
		assert.deepEqual((await page.locator('table.columns th[scope=row] code').allTextContents()).sort(), columns.sort());
		await page.context().close();
	});

	test('has its options folded, and the job names those that were chosen', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		assert.ok(!await page.isVisible('#zeros'));
		await page.click('.options summary');
		await page.selectOption('#zeros', 'lost');
		await page.check('#replace_incalls');
		await assertAccessible(page);
		await assertFits(page);
		if (process.env.SHOTS)
			await page.screenshot({ path: `${process.env.SHOTS}/options.png`, fullPage: true });
		await page.setInputFiles('#file', file('uuid,lastname', `${uuid(1)},Options`));
		await page.click('.import-form button[value="apply"]');
		await page.waitForURL(/\/imports\/\d+$/);
		assert.match(await page.textContent('.facts'), /are right: these numbers have no leading zeros\s*Replace all incoming numbers/);
		await page.context().close();
	});

	test('an option that cannot be is told beside its field, and the others stay chosen', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		await page.evaluate(() => {
			document.querySelector('#zeros option').value = 'gone';
			document.querySelector('#replace_incalls').checked = true;
		});
		await page.setInputFiles('#file', file('uuid,lastname', `${uuid(1)},Options`));
		await page.click('.import-form button[value="apply"]');
		await page.waitForSelector('#zeros-fault');
		assert.ok(await page.isVisible('#zeros'));
		assert.ok(await page.isChecked('#replace_incalls'));
		await assertAccessible(page);
		await page.context().close();
	});

	test('is in French for those who read French', async () => {
		const page = await site.page('bob', { locale: 'fr-FR' });
		await page.goto('/services/ipbx/users');
		await page.click('.plus-button');
		await page.getByText('Mise à jour à partir de fichier', { exact: true }).click();
		assert.equal(await page.locator('h1').innerText(), 'Mise à jour à partir de fichier');
		await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
		assert.equal(await cell(page, 'ring_seconds'), 'devient 30');
		await page.context().close();
	});

	test('can be used by everybody: accessible, and at 320 pixels', async () => {
		const page = await site.page('alice', { viewport: { width: 320, height: 700 } });
		await page.goto(form);
		await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
		await assertFits(page);
		await assertAccessible(page);
		await page.context().close();
	});

	test('is not there for those who may not update; who may update alone sees reports', async () => {
		const reader = await site.client('reader');
		for (const path of [form, `${form}/template.csv`])
			assert.equal((await reader.get(path)).status, 403, path);
		assert.doesNotMatch((await reader.get('/services/ipbx/users')).text, /users\/update/);
		assert.match((await (await site.client()).get(form)).location, /^\/login/);

		await site.psql(`UPDATE admin SET rights = '{users.read,users.update}' WHERE username = 'bob'`);
		const bob = await site.client('bob');
		assert.equal((await bob.get(form)).status, 200);
		assert.equal((await bob.get('/services/ipbx/imports')).status, 200);
		assert.equal((await bob.get('/services/ipbx/users/import')).status, 403);
		const list = (await bob.get('/services/ipbx/users')).text;
		assert.match(list, /users\/update/);
		assert.doesNotMatch(list, /users\/import/);
	});
});

describe('the report', () => {
	test('tells who was changed, and leads there', async () => {
		const page = await site.page('alice');
		await send(page, file('uuid,lastname,exten', `${uuid(1)},Neuf,1000`, `${uuid(2)},Michel,1001`));
		assert.equal(await page.title(), 'Update from people.csv - Rollcall');
		assert.match(await page.locator('#result').innerText(), /Updated: 1 user was changed\.\s+1 user changed\s+1 user unchanged/);
		assert.match(await page.locator('.facts').textContent(), /Updated by\s*alice/);
		const links = page.locator('main table a');
		assert.deepEqual(await links.allTextContents(), ['Fodé Neuf']);
		await assertAccessible(page);
		await links.first().click();
		await page.waitForURL(new RegExp(`/users/${uuid(1)}$`));
		await page.context().close();
	});

	test('says what was created on the way', async () => {
		const page = await site.page('alice');
		await send(page, file('uuid,line_protocol,context,exten', `${uuid(4)},sip,default,1500`));
		assert.match(await page.locator('#result').innerText(), /1 line created\s+1 extension created/);
		await page.context().close();
	});

	test('says where nothing was to be done', async () => {
		const page = await site.page('alice');
		await send(page, file('uuid,firstname', `${uuid(1)},Fodé`));
		assert.match(await page.locator('#result').innerText(), /Nothing was changed: all values are already as in the file\.\s+1 user unchanged/);
		await page.getByText('No user was changed.').waitFor();
		await page.context().close();
	});

	test('says what is wrong, and that nothing was changed', async () => {
		const page = await site.page('alice');
		const before = await site.content();
		await send(page, file('uuid,email', `${uuid(1)},new@example.org`, `${uuid(5)},foreign@example.org`));
		assert.match(await page.locator('#result').innerText(), /Nothing was changed: 1 error in 1 row\./);
		assert.match(await page.locator('table.issues').innerText(), /User was not found/);
		assert.equal(await site.content(), before);
		assert.equal(await page.locator('.ways a').first().innerText(), 'Update from another file');
		await page.context().close();
	});

	test('warns of what no longer belongs to its user', async () => {
		const page = await site.page('alice');
		await send(page, file('uuid,incall_exten', `${uuid(1)},`));
		assert.match(await page.locator('#result').innerText(), /Updated: 1 user was changed, with 1 warning\./);
		assert.match(await page.locator('table.issues').innerText(), /2000 no longer belongs to the user/);
		await page.context().close();
	});

	test('an update that is not ended continues in the background, without a script too', async () => {
		await site.stop('worker');
		const alice = await site.client('alice');
		await site.psql(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce)
			SELECT 1, id, username, 'update', 'late.csv', 4, sha256('x'), 'late' FROM admin WHERE username = 'alice'`);
		const id = await site.value('SELECT max(id) FROM job');
		const page = await alice.get(`/services/ipbx/imports/${id}`);
		assert.match(page.text, /The update continues in the background/);
		assert.match(page.text, /http-equiv="refresh"/);
		await site.psql(`DELETE FROM job WHERE id = ${id}`);
		await site.start('worker');
	});

	test('the history has it by its kind', async () => {
		const alice = await site.client('alice');
		const id = jobId(await alice.upload(Buffer.from(`uuid,lastname\n${uuid(3)},Histoire\n`), { path: form, name: 'history.csv' }));
		await site.jobEnded(id);
		const page = await site.page('alice');
		await page.goto('/services/ipbx/imports');
		const row = page.locator('main tbody tr').first();
		assert.match(await row.innerText(), /history\.csv\s+Update\s+alice\s+Done\s+1 user changed/);
		await page.context().close();
	});
});

test('a file error keeps the form\'s own words', async () => {
	const alice = await site.client('alice');
	const page = await alice.get(form);
	const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)[1];
	const nonce = /name="nonce" value="([^"]*)"/.exec(page.text)[1];
	const body = new FormData();
	body.append('csrf', csrf);
	body.append('nonce', nonce);
	const answer = await alice.request('POST', form, { body });
	assert.equal(answer.status, 400);
	assert.match(answer.text, /Choose the file for the update\./);
	assert.match(answer.text, /<h1>Update from file<\/h1>/);
});
