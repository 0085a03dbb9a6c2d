// Actions on many users of the list: selected ones at once, all that are found as a check.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { parseCsv } from '../lib/csv.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site, page;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	page = await site.page('alice', { locale: 'en-GB' });
	await page.goto('/');
	await page.click('button[value=en]');
});

const check = (name, where = page) => where.locator('tbody tr', { hasText: name }).locator('input').check();
const act = (action, where = page) => where.click(`.selection button[value=${action}]`);
// What is selected, as the page's script says it; the server's own text stands there until it runs.
const selected = async (where = page) => {
	const text = where.locator('.selected', { hasNotText: 'With the selected:' });
	await text.waitFor();
	return text.innerText();
};
const enabled = () => site.value(`SELECT string_agg(firstname, ' ' ORDER BY firstname) FROM users
	WHERE tenant_id = 1 AND enabled AND firstname NOT LIKE 'Zo%'`);
const labelled = (name) => site.value(`SELECT coalesce(string_agg(u.firstname, ' ' ORDER BY u.firstname), '') FROM user_label m
	JOIN users u ON u.id = m.user_id JOIN label g ON g.id = m.label_id WHERE g.name = '${name}'`);

async function tokenOf(client) {
	return /name="csrf" value="([0-9a-f]+)"/.exec((await client.get(users)).text)[1];
}

test('selected users are disabled and enabled at once, and the list comes back as it was', async () => {
	await page.goto(`${users}?context=default&sort=number`);
	assert.equal(await selected(), 'None selected');
	await check('Fodé');
	await check('Mamàsta');
	assert.equal(await selected(), '2 selected:');
	await assertAccessible(page);
	await act('disable');
	assert.match(await page.locator('.box.done').innerText(), /2 users are disabled/);
	assert.match(page.url(), /\?context=default&sort=number$/);
	assert.equal(await enabled(), '<b>Moko</b>');
	assert.equal(await selected(), 'None selected', 'what was done to them is done');
	await check('Fodé');
	await check('Mamàsta');
	await act('enable');
	assert.match(await page.locator('.box.done').innerText(), /2 users are enabled/);
	assert.equal(await page.locator('.box').count(), 1, 'the end of the job is not told once more');
	assert.equal(await enabled(), '<b>Moko</b> Fodé Mamàsta');
	// The message leads to what was done in detail.
	const number = await site.value('SELECT max(id)::int FROM job');
	await page.click('.box.done a');
	await page.waitForURL(new RegExp(`/imports/${number}$`));
	const [job] = await site.sql(`SELECT kind, state, file_name, rows, admin_name FROM job ORDER BY id DESC LIMIT 1`);
	assert.deepEqual(job, { kind: 'update', state: 'done', file_name: 'enable.csv', rows: 2, admin_name: 'alice' });
});

test('who is so already is left out, and nothing to do is said', async () => {
	const jobs = await site.value('SELECT count(*) FROM job');
	await page.goto(`${users}?context=default`);
	await check('Fodé');
	await act('enable');
	assert.match(await page.locator('.box').innerText(), /Nothing to change/);
	await page.goto(users);
	await act('disable');
	assert.match(await page.locator('.box').innerText(), /No user was selected/);
	assert.equal(await site.value('SELECT count(*) FROM job'), jobs);
});

test('a label is added and removed; the others stay', async () => {
	await site.psql(`INSERT INTO label (tenant_id, name) VALUES (1, 'a;b\\c');
		INSERT INTO user_label SELECT 1, u.id, g.id FROM users u, label g WHERE u.firstname = 'Fodé' AND g.tenant_id = 1 AND g.name = 'a;b\\c'`);
	await page.goto(`${users}?context=default`);
	await check('Fodé');
	await check('Mao');
	await act('label_add');
	assert.match(await page.locator('.box').innerText(), /No label was chosen/);
	assert.match(await page.innerText('[data-selected]'), /^2 selected/, 'the selection is still there');
	await page.selectOption('#which_label', 'sales');
	await act('label_add');
	assert.match(await page.locator('.box.done').innerText(), /2 users have the label now/);
	assert.equal(await labelled('sales'), 'Fodé Mao');
	assert.equal(await labelled('a;b\\c'), 'Fodé');
	await page.goto(`${users}?label=sales`);
	await check('Fodé');
	await page.selectOption('#which_label', 'sales');
	await act('label_remove');
	assert.equal(await labelled('sales'), 'Mao');
	assert.equal(await labelled('a;b\\c'), 'Fodé');
});

test('all that are found, on more than one page, are checked first and changed on the job\'s page', async () => {
	await page.goto(`${users}?q=number`);
	await page.check('.selection input[name=all]');
	assert.equal(await selected(), 'All 41 users found');
	await act('disable');
	await page.waitForURL(/\/imports\/\d+/);
	assert.match(await page.locator('main').innerText(), /41/);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE firstname = 'Zoé' AND enabled`), 41);
	await page.click('.apply button');
	await page.locator('.box.done').first().waitFor();
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE firstname = 'Zoé' AND enabled`), 0);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE tenant_id = 1 AND NOT enabled`), 42, 'nobody else');
});

test('the selection stays on other pages of the list, and is gone with another filter', async () => {
	await page.goto(`${users}?q=number`);
	await check('Number 001');
	await page.click('.pager a[rel=next]');
	assert.equal(await selected(), '1 selected:');
	await check('Number 021');
	await check('Number 022');
	await page.click('.pager a[rel=prev]');
	assert.equal(await selected(), '3 selected:');
	assert.equal(await page.locator('tbody input:checked').count(), 1);
	await act('enable');
	assert.match(await page.locator('.box.done').innerText(), /3 users are enabled/);
	await check('Number 002');
	await page.click('.sizes a >> text=50');
	assert.equal(await selected(), '1 selected:');
	await page.goto(`${users}?q=zoe`);
	assert.equal(await selected(), 'None selected');
	await page.check('[data-choose-all]');
	assert.equal(await selected(), '20 selected:');
	await page.click('[data-clear]');
	assert.equal(await page.locator('tbody input:checked').count(), 0);
	assert.equal(await page.isChecked('[data-choose-all]'), false);
});

test('the selected are exported, those of other pages too', async () => {
	await page.goto(`${users}?q=number`);
	await check('Number 003');
	await page.click('.pager a[rel=next]');
	await check('Number 023');
	const [file] = await Promise.all([page.waitForEvent('download'), act('export')]);
	const [header, ...rows] = parseCsv(readFileSync(await file.path(), 'utf8').replace(/^\ufeff/, ''));
	assert.deepEqual(rows.map((row) => row[header.indexOf('lastname')]), ['Number 003', 'Number 023']);
	assert.equal(await selected(), '2 selected:', 'an export leaves them selected');
	await page.click('[data-clear]');
});

test('all that are found are deleted after a page that names them', async () => {
	await page.goto(`${users}?q=number+04`);
	await page.check('.selection input[name=all]');
	await act('delete');
	assert.match(await page.locator('main').innerText(), /these 3 users\?/);
	await page.click('button.main.danger');
	assert.match(await page.locator('.box.done').innerText(), /3 users were deleted/);
});

test('at most 500 are selected one by one, which is said', async () => {
	await site.psql(`INSERT INTO users (tenant_id, firstname) SELECT 1, 'Crowd ' || n FROM generate_series(1, 510) n`);
	await page.goto(`${users}?q=crowd&size=100`);
	for (let n = 1; n <= 5; n++) {
		await page.check('[data-choose-all]');
		assert.equal(await selected(), `${n * 100} selected:`);
		await page.click('.pager a[rel=next]');
		await page.waitForURL(new RegExp(`page=${n + 1}`));
	}
	await page.locator('tbody input').first().click();
	assert.match(await selected(), /Only 500 can be selected one by one/);
	assert.equal(await page.locator('tbody input:checked').count(), 0);
	await act('disable');
	assert.match(await page.locator('.box.done').innerText(), /500 users are disabled/);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE firstname LIKE 'Crowd %' AND enabled`), 10);
	await site.psql(`DELETE FROM users WHERE firstname LIKE 'Crowd %'`);
});

test('more than a page can name are deleted by a job that is checked first', async () => {
	await site.psql(`INSERT INTO users (tenant_id, firstname) SELECT 1, 'Leaver ' || n FROM generate_series(1, 501) n`);
	const leavers = () => site.value(`SELECT count(*) FROM users WHERE firstname LIKE 'Leaver %'`);
	await page.goto(`${users}?q=leaver`);
	await page.check('.selection input[name=all]');
	await act('delete');
	await page.waitForURL(/\/imports\/\d+/);
	assert.match(await page.locator('main').innerText(), /501/);
	assert.equal(await leavers(), 501);
	await page.click('.apply button');
	await page.locator('.box.done').first().waitFor();
	assert.equal(await leavers(), 0);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE tenant_id = 1 AND firstname NOT LIKE 'Leaver %'`), 42);
});

test('without scripts too, a page at a time', async () => {
	const plain = await site.page('alice', { javaScriptEnabled: false, locale: 'en-GB' });
	await plain.goto(`${users}?q=number`);
	await check('Number 010', plain);
	await act('enable', plain);
	assert.match(await plain.locator('.box.done').innerText(), /1 user is enabled/);
	await plain.check('.selection input[name=all]');
	await act('enable', plain);
	assert.match(plain.url(), /\/imports\/\d+/);
	await plain.context().close();
});

test('nobody of another entity is changed, exported or named', async () => {
	const alice = await site.client('alice');
	const csrf = await tokenOf(alice);
	const answer = await alice.post(`${users}/actions`, { csrf, action: 'disable', users: uuid(5) });
	assert.equal(answer.status, 303);
	assert.equal(await site.value(`SELECT enabled FROM users WHERE tenant_id = 2`), true);
	const file = await alice.post(`${users}/actions`, { csrf, action: 'export', users: uuid(5) });
	assert.doesNotMatch(file.text, /Foreign/);
	assert.equal((await alice.post(`${users}/actions`, { csrf, action: 'disable', users: `x'}` })).status, 400);
	assert.equal((await alice.post(`${users}/actions`, { csrf, action: 'drop', all: '1' })).status, 400);
	assert.equal((await alice.post(`${users}/actions`, { action: 'disable', all: '1' })).status, 403);
	assert.equal((await alice.get(`${users}/actions`)).status, 303);
});

test('each action is for those who have its right', async () => {
	const reader = await site.client('reader');
	const csrf = await tokenOf(reader);
	const list = (await reader.get(users)).text;
	assert.doesNotMatch(list, /value="(disable|label_add|delete)"/);
	for (const action of ['enable', 'disable', 'label_add', 'label_remove', 'delete'])
		assert.equal((await reader.post(`${users}/actions`, { csrf, action, all: '1', which_label: 'sales' })).status, 403, action);
});

test('at 320 pixels the bar wraps, in French too', async () => {
	const narrow = await site.page('bob', { viewport: { width: 320, height: 640 }, locale: 'fr-FR' });
	await narrow.goto(users);
	await assertFits(narrow);
	await assertAccessible(narrow);
	await narrow.context().close();
});
