// One user in the browser: adding, editing, the buttons of the user's page, and two who edit
// at one moment.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
let site;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});

const save = (page) => page.click('.user-form button.main');
const fault = (page, field) => page.locator(`#${field}-fault`).innerText();
const user = async (id) => (await site.sql(`SELECT users.*, line.sip_secret, voicemail.password AS pin FROM users
	LEFT JOIN line ON line.user_id = users.id LEFT JOIN voicemail ON voicemail.id = users.voicemail_id
	WHERE users.uuid = '${id}'`))[0];

describe('adding a user', () => {
	test('from the plus menu to a user with line, numbers, voicemail and label, by keyboard alone', async () => {
		const page = await site.page('alice');
		await page.goto(users);
		await page.focus('.plus-button');
		await page.keyboard.press('Enter');
		await page.locator('.plus-menu a', { hasText: 'Add' }).focus();
		await page.keyboard.press('Enter');
		await page.waitForURL(/users\/add$/);
		await assertAccessible(page);
		await page.focus('#firstname');
		await page.keyboard.type('Zoé');
		await page.keyboard.press('Tab');
		await page.keyboard.type('Añón');
		await page.selectOption('#line_protocol', 'sip');
		await page.selectOption('#context', 'default');
		await page.fill('#exten', '1777');
		await page.fill('#incall_exten', '2777;2778');
		await page.selectOption('#incall_context', 'from-extern');
		await page.fill('#voicemail_number', '1777');
		await page.selectOption('#voicemail_context', 'default');
		await page.fill('#voicemail_name', 'Zoé');
		await page.locator('input[name="labels"]').first().check();
		await page.keyboard.press('Enter');
		await page.waitForURL(/users\/[0-9a-f-]{36}\?job=\d+$/);
		assert.match(await page.locator('.messages').innerText(), /The user was created\./);
		const [made] = await site.sql(`SELECT users.uuid, exten, (SELECT string_agg(i.exten, ',' ORDER BY i.exten) FROM incall i WHERE i.user_id = users.id) AS incalls,
			voicemail.number, (SELECT count(*)::int FROM user_label m WHERE m.user_id = users.id) AS labels
			FROM users JOIN line ON line.user_id = users.id JOIN extension ON line_id = line.id JOIN voicemail ON voicemail.id = voicemail_id
			WHERE firstname = 'Zoé' AND lastname = 'Añón'`);
		assert.deepEqual({ ...made, uuid: null }, { uuid: null, exten: '1777', incalls: '2777,2778', number: '1777', labels: 1 });
		assert.ok(page.url().includes(made.uuid));
		await page.context().close();
	});

	test('what is wrong stands beside its fields, what was typed stays, and nothing is made', async () => {
		const page = await site.page('alice');
		await page.goto(`${users}/add`);
		await page.fill('#firstname', 'Wrong');
		await page.fill('#email', 'nobody');
		await page.selectOption('#line_protocol', 'sip');
		await page.selectOption('#context', 'default');
		await page.fill('#exten', '99999');
		await page.locator('details', { has: page.locator('#ring_seconds') }).locator('summary').click();
		await page.fill('#ring_seconds', '7');
		await save(page);
		assert.match(await fault(page, 'email'), /'nobody' is not valid/);
		assert.match(await fault(page, 'exten'), /Extension '99999' is outside of range for context 'default'/);
		assert.match(await fault(page, 'ring_seconds'), /multiple of 5/);
		assert.ok(await page.locator('#ring_seconds').isVisible(), 'its group is open');
		assert.equal(await page.inputValue('#email'), 'nobody');
		assert.equal(await page.inputValue('#firstname'), 'Wrong');
		await assertAccessible(page);
		assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Wrong'`), 0);
		await page.fill('#email', '');
		await page.fill('#exten', '1778');
		await page.fill('#ring_seconds', '10');
		await save(page);
		await page.waitForURL(/\?job=/);
		assert.equal(await site.value(`SELECT ring_seconds FROM users WHERE firstname = 'Wrong'`), 10);
		await page.context().close();
	});

	test('fits 320 pixels, and works in French without scripts', async () => {
		const page = await site.page('alice', { viewport: { width: 320, height: 700 }, javaScriptEnabled: false, locale: 'fr' });
		await page.goto(`${users}/add`);
		await assertFits(page);
		await page.fill('#firstname', 'Sans script');
		await save(page);
		await page.waitForURL(/\?job=/);
		await page.context().close();
	});
});

describe('editing a user', () => {
	test('only what was changed is sent, and the history shows it as a job', async () => {
		const page = await site.page('alice');
		await page.goto(`${users}/${uuid(1)}`);
		await page.click('.strip a:has-text("Edit")');
		const before = await user(uuid(1));
		await page.fill('#lastname', 'Edited');
		await save(page);
		await page.waitForURL(/\?job=/);
		assert.match(await page.locator('.messages').innerText(), /The user was saved\./);
		const after = await user(uuid(1));
		assert.deepEqual({ ...after, lastname: before.lastname }, before);
		assert.equal(after.lastname, 'Edited');
		const id = /job=(\d+)/.exec(page.url())[1];
		assert.deepEqual(await site.sql(`SELECT kind, state FROM job WHERE id = ${id}`), [{ kind: 'update', state: 'done' }]);
		await page.context().close();
	});

	test('without a change nothing is sent', async () => {
		const page = await site.page('alice');
		const jobs = await site.value('SELECT count(*)::int FROM job');
		await page.goto(`${users}/${uuid(1)}/edit`);
		await save(page);
		assert.match(await page.locator('.messages').innerText(), /Nothing was changed\./);
		assert.equal(await site.value('SELECT count(*)::int FROM job'), jobs);
		await page.context().close();
	});

	test('the form holds no secret', async () => {
		await site.psql(`UPDATE users SET call_permission_password = '918273' WHERE uuid = '${uuid(1)}'`);
		const page = await site.page('alice');
		await page.goto(`${users}/${uuid(1)}/edit`);
		const { sip_secret: secret } = await user(uuid(1));
		const html = await page.content();
		assert.equal(await page.inputValue('#call_permission_password'), '********');
		assert.ok(!html.includes('918273') && (!secret || !html.includes(secret)));
		await page.context().close();
	});

	test('two who edit different fields at one moment both are kept', async () => {
		const [one, two] = [await site.page('alice'), await site.page('alice')];
		await one.goto(`${users}/${uuid(2)}/edit`);
		await two.goto(`${users}/${uuid(2)}/edit`);
		await one.fill('#lastname', 'First');
		await save(one);
		await one.waitForURL(/\?job=/);
		await two.locator('details', { has: two.locator('#userfield') }).locator('summary').click();
		await two.fill('#userfield', 'second');
		await save(two);
		await two.waitForURL(/\?job=/);
		const { lastname, userfield } = await user(uuid(2));
		assert.deepEqual({ lastname, userfield }, { lastname: 'First', userfield: 'second' });
		await one.context().close();
		await two.context().close();
	});

	test('of a field that both changed both values are shown, and the second one decides', async () => {
		const [one, two] = [await site.page('alice'), await site.page('alice')];
		await one.goto(`${users}/${uuid(2)}/edit`);
		await two.goto(`${users}/${uuid(2)}/edit`);
		await one.fill('#lastname', 'Mine');
		await save(one);
		await one.waitForURL(/\?job=/);
		await two.fill('#lastname', 'Theirs');
		await save(two);
		assert.match(await fault(two, 'lastname'), /Somebody else has set this to “Mine” meanwhile/);
		assert.equal(await two.inputValue('#lastname'), 'Theirs');
		assert.equal((await user(uuid(2))).lastname, 'Mine', 'nothing was overwritten');
		await save(two);
		await two.waitForURL(/\?job=/);
		assert.equal((await user(uuid(2))).lastname, 'Theirs');
		await one.context().close();
		await two.context().close();
	});
});

describe('the buttons of the user\'s page', () => {
	test('disable and enable', async () => {
		const page = await site.page('alice');
		await page.goto(`${users}/${uuid(1)}`);
		await page.click('button[value="disable"]');
		await page.waitForURL(/\?job=/);
		assert.equal((await user(uuid(1))).enabled, false);
		await page.click('button[value="enable"]');
		await page.waitForFunction(() => document.querySelector('button[value="disable"]'));
		assert.equal((await user(uuid(1))).enabled, true);
		await page.context().close();
	});

	test('a new PIN and a new SIP password are shown once, and stand nowhere else', async () => {
		const page = await site.page('alice');
		const [{ uuid: id }] = await site.sql(`SELECT users.uuid FROM users JOIN line ON line.user_id = users.id
			WHERE users.tenant_id = 1 AND voicemail_id IS NOT NULL AND sip_secret IS NOT NULL LIMIT 1`);
		for (const [button, column, form] of [['pin', 'pin', /^\d{6}$/], ['sip_secret', 'sip_secret', /^[A-Za-z0-9]{16}$/]]) {
			await page.goto(`${users}/${id}`);
			await page.click(`button[value="${button}"]`);
			await page.waitForSelector('.once');
			const shown = await page.locator('.once code').innerText();
			assert.match(shown, form);
			assert.equal((await user(id))[column], shown);
			await assertAccessible(page);
			const kept = JSON.stringify(await site.sql(`SELECT * FROM job_log`)) + JSON.stringify(await site.sql('SELECT * FROM audit'))
				+ site.log('import') + site.log('pages');
			assert.ok(!kept.includes(shown));
		}
		await page.context().close();
	});

	test('who may only read has none of them, and no form', async () => {
		const page = await site.page('reader');
		await page.goto(`${users}/${uuid(1)}`);
		assert.equal(await page.locator('.user-tools, a:has-text("Edit")').count(), 0);
		assert.equal((await page.goto(`${users}/${uuid(1)}/edit`)).status(), 403);
		assert.equal((await page.goto(`${users}/add`)).status(), 403);
		await page.context().close();
	});

	test('another tenant\'s user is not there', async () => {
		const page = await site.page('bob');
		assert.equal((await page.goto(`${users}/${uuid(1)}/edit`)).status(), 404);
		await page.context().close();
	});
});
