// Deleting users: asked first, done once, refused while an import runs.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { assertAccessible } from '../lib/axe.mjs';
import { hold } from '../lib/hold.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site, page;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	page = await site.page('alice');
	await page.goto('/');
	await page.click('button[value=en]');
});

const exists = async (n) => (await site.value(`SELECT count(*) FROM users WHERE uuid = '${uuid(n)}'`)) === 1;
const check = (name) => page.locator('tbody tr', { hasText: name }).locator('input').check();

test('selected users are named before they are deleted, and may stay', async () => {
	await page.goto(`${users}?context=default&sort=number`);
	await check('Mamàsta');
	await check('Mao');
	await page.click('.selection button[value=delete]');
	assert.match(await page.locator('main').innerText(), /these 2 users\?/);
	assert.equal(await page.locator('.doomed li').count(), 2);
	await assertAccessible(page);
	await page.click('.actions a');
	assert.match(page.url(), /context=default&sort=number$/);
	assert.ok(await exists(2));
});

test('what is sent with none selected says so', async () => {
	await page.goto(users);
	await page.click('.selection button[value=delete]');
	assert.match(await page.locator('.box').innerText(), /No user was selected/);
});

test('the box in the head selects all of the page', async () => {
	await page.goto(`${users}?context=default`);
	await page.check('[data-choose-all]');
	assert.equal(await page.locator('tbody input:checked').count(), 3);
	await page.locator('tbody input').first().uncheck();
	assert.equal(await page.locator('[data-choose-all]').isChecked(), false);
});

test('while an import runs nothing is deleted and the page says why', async () => {
	for (const lock of [[2, 1], [1, 0]]) {
		const release = await hold(site, ...lock);
		await page.goto(`${users}?q=Mao`);
		await page.click('tbody .action.danger');
		const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
		await page.click('button.main.danger');
		assert.equal((await answered).status(), 409);
		assert.match(await page.locator('.box').innerText(), /an import is running/);
		assert.ok(await exists(3));
		await release();
	}
});

test('an import of another entity is in nobody\'s way', async () => {
	const release = await hold(site, 2, 2);
	await page.goto(`${users}?q=Mao`);
	await page.click('tbody .action.danger');
	await page.click('button.main.danger');
	assert.match(await page.locator('.box.done').innerText(), /1 user was deleted/);
	assert.ok(!await exists(3));
	await release();
});

test('line and number go too; where the box is cleared, the incall and the voicemail stay and are free', async () => {
	await page.goto(`${users}?q=Fod`);
	await page.click('tbody .col-name a');
	await page.click('.strip .tools button[name="only"]');
	assert.ok(await page.isChecked('input[name=numbers]'));
	await assertAccessible(page);
	if (process.env.SHOTS)
		await page.screenshot({ path: `${process.env.SHOTS}/delete.png` });
	await page.uncheck('input[name=numbers]');
	await page.click('button.main.danger');
	assert.match(await page.locator('.box.done').innerText(), /1 user was deleted/);
	assert.deepEqual(await site.sql(`SELECT (SELECT count(*) FROM line WHERE provisioning_code = 188150) AS lines,
		(SELECT count(*) FROM extension WHERE tenant_id = 1 AND exten = '1000') AS extensions,
		(SELECT count(*) FROM incall WHERE exten = '2000' AND user_id IS NULL AND ring_seconds IS NULL) AS incalls,
		(SELECT count(*) FROM voicemail) AS voicemails`), [{ lines: 0, extensions: 0, incalls: 1, voicemails: 1 }]);
	const [audit] = await site.sql(`SELECT * FROM audit WHERE action = 'user.delete' ORDER BY id DESC LIMIT 1`);
	assert.equal(audit.admin_name, 'alice');
	assert.deepEqual(audit.detail, { users: [uuid(1)], with: [] });
});

test('incall and voicemail go too; what somebody else has stays', async () => {
	await site.psql(`INSERT INTO voicemail (tenant_id, id, context_id, number, name)
			SELECT 1, 9000 + n, id, 1900 + n, 'Box' FROM context, generate_series(1, 2) n WHERE tenant_id = 1 AND name = 'default';
		INSERT INTO users (tenant_id, id, firstname, voicemail_id) VALUES (1, 9001, 'Leaves', 9001), (1, 9002, 'Leaves too', 9002), (1, 9003, 'Stays', 9002);
		INSERT INTO incall (tenant_id, context_id, exten, user_id) SELECT 1, id, '2901', 9001 FROM context WHERE tenant_id = 1 AND name = 'from-extern'`);
	await page.goto(`${users}?q=Leaves`);
	await page.locator('tbody tr input').first().check();
	await page.locator('tbody tr input').last().check();
	await page.click('.selection button[value=delete]');
	await page.click('button.main.danger');
	assert.match(await page.locator('.box.done').innerText(), /2 users were deleted/);
	assert.deepEqual(await site.sql(`SELECT id FROM voicemail WHERE id > 9000`), [{ id: 9002 }]);
	assert.equal(await site.value(`SELECT count(*) FROM incall WHERE exten = '2901'`), 0);
	const [audit] = await site.sql(`SELECT * FROM audit WHERE action = 'user.delete' ORDER BY id DESC LIMIT 1`);
	assert.deepEqual(audit.detail.with, ['voicemails', 'incalls']);
});

test('the message is said once', async () => {
	await page.goto(users);
	assert.equal(await page.locator('h1').innerText(), 'Users');
	assert.ok(await page.locator('tbody tr').count() > 0);
	assert.equal(await page.locator('.box').count(), 0);
});

test('nobody of another entity can be deleted', async () => {
	const alice = await site.client('alice');
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await alice.get(users)).text)[1];
	await alice.post(`${users}/delete`, { csrf, users: uuid(5), sure: '1' });
	assert.ok(await exists(5));
	const bad = await alice.post(`${users}/delete`, { csrf, users: "x'}", sure: '1' });
	assert.equal(bad.status, 400);
});

test('without the token, the right or a POST nothing is deleted', async () => {
	const alice = await site.client('alice');
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await alice.get(users)).text)[1];
	for (const fields of [{ users: uuid(2), sure: '1' }, { users: uuid(2), sure: '1', csrf: '0'.repeat(64) }])
		assert.equal((await alice.post(`${users}/delete`, fields)).status, 403);
	for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }])
		assert.equal((await alice.post(`${users}/delete`, { users: uuid(2), sure: '1', csrf }, { headers })).status, 403);
	assert.equal((await alice.get(`${users}/delete?users=${uuid(2)}&sure=1&csrf=${csrf}`)).status, 400);
	assert.equal((await alice.get(`${users}/delete`)).status, 303);
	assert.equal((await alice.request('DELETE', `${users}/${uuid(2)}`)).status, 405);
	const reader = await site.client('reader');
	const list = await reader.get(users);
	assert.doesNotMatch(list.text, /value="delete"|name="only"/);
	const token = /name="csrf" value="([0-9a-f]+)"/.exec(list.text)[1];
	assert.equal((await reader.post(`${users}/delete`, { users: uuid(2), sure: '1', csrf: token })).status, 403);
	assert.ok(await exists(2));
});
