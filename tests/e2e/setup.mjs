// The setup in the browser: contexts, labels, permissions, trunks, entities and
// administrators, by one list, one form and one deletion for all of them.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { hold } from '../lib/hold.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const contexts = '/services/ipbx/contexts', labels = '/services/ipbx/labels', admins = '/configuration/administrators';
const single = '/services/ipbx/telephony';
const lists = [contexts, labels, '/services/ipbx/call_permissions', '/services/ipbx/template_lines', '/services/ipbx/trunks',
	'/services/cti/profiles', '/configuration/entities', admins];
let site;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'root')`);
});

const save = (page) => page.click('.setup-form button.main');
const fault = (page, field) => page.locator(`#${field}-fault`).innerText();
const said = (page) => page.locator('.messages').innerText();
const idOf = (table, name, tenant = 1) => site.value(`SELECT id FROM ${table} WHERE tenant_id = ${tenant} AND name = '${name}'`);
const ranges = (name) => site.sql(`SELECT kind, range_start, range_end FROM context_range r JOIN context c ON c.id = r.context_id
	WHERE c.name = '${name}' AND c.tenant_id = 1 ORDER BY range_start`);

describe('contexts', () => {
	test('a context with two ranges is made by keyboard alone, and its numbers can be given at once', async () => {
		const page = await site.page('alice');
		await page.goto('/services/ipbx/users');
		await page.click('.menu a:text-is("Contexts")');
		await page.click('a:has-text("Add a context")');
		await assertAccessible(page);
		await page.focus('#name');
		await page.keyboard.type('branch');
		await page.selectOption('#type', 'internal');
		await page.fill('#ranges-0-start', '4000');
		await page.fill('#ranges-0-end', '4099');
		await page.fill('#ranges-2-start', '5000');
		await page.fill('#ranges-2-end', '5009');
		await page.keyboard.press('Enter');
		await page.waitForURL(/contexts$/);
		assert.match(await said(page), /Created\./);
		assert.deepEqual(await ranges('branch'), [{ kind: 'user', range_start: '4000', range_end: '4099' },
			{ kind: 'user', range_start: '5000', range_end: '5009' }]);
		assert.match(await page.locator('tr', { hasText: 'branch' }).innerText(), /4000–4099/);
		assert.deepEqual(await site.sql(`SELECT admin_name, detail FROM audit WHERE action = 'context.add'`),
			[{ admin_name: 'alice', detail: { name: 'branch' } }]);
		await page.context().close();
	});

	test('what is wrong stands beside its field, what was typed stays, nothing is made', async () => {
		const page = await site.page('alice');
		await page.goto(`${contexts}/add`);
		await page.fill('#name', 'default');
		await page.fill('#ranges-0-start', '10');
		await page.fill('#ranges-0-end', '2000');
		await page.fill('#ranges-1-start', '300');
		await page.fill('#ranges-1-end', '399');
		await page.fill('#ranges-2-start', '390');
		await page.fill('#ranges-2-end', '400');
		await save(page);
		assert.match(await fault(page, 'name'), /is taken/);
		assert.match(await fault(page, 'ranges-0-end'), /as many digits/);
		assert.match(await fault(page, 'ranges-2-kind'), /overlaps the range 300-399/);
		assert.equal(await page.inputValue('#ranges-1-end'), '399');
		await assertAccessible(page);
		assert.equal(await site.value(`SELECT count(*)::int FROM context_range WHERE range_start IN ('10', '300', '390')`), 0);
		await page.context().close();
	});

	test('a range that leaves numbers outside is saved only by who has read how many', async () => {
		const page = await site.page('alice');
		const id = await idOf('context', 'default');
		const before = await ranges('default');
		await page.goto(`${contexts}/${id}`);
		await page.fill('#ranges-0-start', '1900');
		await page.fill('#ranges-0-end', '1999');
		await save(page);
		assert.match(await said(page), /Number ranges would leave \d+ existing numbers outside/);
		assert.deepEqual(await ranges('default'), before);
		await assertAccessible(page);
		await page.check('input[name="force"]');
		await save(page);
		await page.waitForURL(/contexts$/);
		assert.ok((await ranges('default')).some((r) => r.range_start === '1900'));
		await page.goto(`${contexts}/${id}`);
		const row = await page.locator('input[value="1900"]').getAttribute('name');
		await page.fill(`#${row}`, '1000');
		await save(page);
		assert.deepEqual(await ranges('default'), before);
		await page.context().close();
	});

	test('a new name takes its numbers along; the type stays while there are numbers', async () => {
		const page = await site.page('alice');
		const id = await idOf('context', 'default');
		await page.goto(`${contexts}/${id}`);
		await page.fill('#name', 'head office');
		await save(page);
		await page.waitForURL(/contexts$/);
		assert.equal(await idOf('context', 'head office'), id);
		await page.goto(`${contexts}/${id}`);
		await page.fill('#name', 'default');
		await page.selectOption('#type', 'others');
		await save(page);
		assert.match(await fault(page, 'type'), /cannot change from internal/);
		await page.selectOption('#type', 'internal');
		await save(page);
		await page.waitForURL(/contexts$/);
		assert.equal(await idOf('context', 'default'), id);
		await page.context().close();
	});

	test('one that is used is not deleted, and links to who uses it; an unused one is', async () => {
		const page = await site.page('alice');
		await page.goto(contexts);
		await page.locator('tr', { hasText: /^default/ }).locator('a.danger').click();
		assert.match(await page.innerText('main'), /cannot be deleted while it is used by/);
		assert.ok(await page.locator(`main a[href$="/users/${uuid(1)}"]`).count() === 1);
		assert.equal(await page.locator('main button.danger').count(), 0);
		await assertAccessible(page);
		const token = await page.locator('input[name="csrf"]').first().inputValue();
		const answer = await page.request.post(`${contexts}/${await idOf('context', 'default')}/delete`, { form: { csrf: token } });
		assert.equal(answer.status(), 409);
		await page.goto(`${contexts}/${await idOf('context', 'branch')}/delete`);
		await page.click('main button.danger');
		await page.waitForURL(/contexts$/);
		assert.match(await said(page), /Deleted\./);
		assert.equal(await idOf('context', 'branch'), undefined);
		await page.context().close();
	});

	test('of two who edit one at one moment the second one sees what the first one saved', async () => {
		const [one, two] = [await site.page('alice'), await site.page('alice')];
		const id = await idOf('label', 'sales');
		await one.goto(`${labels}/${id}`);
		await two.goto(`${labels}/${id}`);
		await one.fill('#name', 'selling');
		await save(one);
		await one.waitForURL(/labels$/);
		await two.fill('#name', 'trade');
		await save(two);
		assert.match(await said(two), /somebody else has changed/);
		assert.match(await fault(two, 'name'), /“selling”/);
		assert.equal(await two.inputValue('#name'), 'trade');
		await save(two);
		await two.waitForURL(/labels$/);
		assert.equal(await idOf('label', 'trade'), id);
		await site.psql(`UPDATE label SET name = 'sales' WHERE id = ${id}`);
		await one.context().close();
		await two.context().close();
	});

	test('while an import runs nothing is changed, and the page says so', async () => {
		const page = await site.page('alice');
		await page.goto(`${labels}/add`);
		await page.fill('#name', 'busy');
		const release = await hold(site, 2, 1);
		await save(page);
		assert.match(await said(page), /an import is running/);
		assert.equal(await page.inputValue('#name'), 'busy');
		await release();
		await save(page);
		await page.waitForURL(/labels$/);
		await page.context().close();
	});
});

test('a context includes others, which are ticked; itself is not offered', async () => {
	const page = await site.page('alice');
	await page.goto(`${contexts}/add`);
	await page.fill('#name', 'lobby');
	await page.check('#includes input[value="default"]');
	await save(page);
	await page.waitForURL(/contexts$/);
	const row = page.locator('tr', { hasText: /^lobby/ });
	assert.match(await row.innerText(), /default/);
	await row.locator('th a').click();
	assert.ok(await page.isChecked('#includes input[value="default"]'));
	assert.equal(await page.locator('#includes input[value="lobby"]').count(), 0);
	const id = await idOf('context', 'lobby');
	await page.goto(`${contexts}/${await idOf('context', 'from-extern')}`);
	await page.check('#includes input[value="lobby"]');
	await save(page);
	await page.waitForURL(/contexts$/);
	await page.goto(`${contexts}/${id}/delete`);
	assert.match(await page.innerText('main'), /1 context\b/);
	await page.click('main li a:has-text("from-extern")');
	await page.uncheck('#includes input[value="lobby"]');
	await save(page);
	await page.waitForURL(/contexts$/);
	await page.goto(`${contexts}/${id}/delete`);
	await page.click('main button.danger');
	await page.waitForURL(/contexts$/);
	assert.equal(await site.value('SELECT count(*)::int FROM context_include'), 0);
	await page.context().close();
});

test('root sets realm and servers in the browser; what is wrong stands beside its field', async () => {
	const page = await site.page('root');
	await page.goto('/services/ipbx/users');
	await page.click('.menu a:text-is("SIP Protocol")');
	await page.fill('#realm', 'x y');
	await page.fill('#media_server', 'media.example');
	await save(page);
	assert.match(await fault(page, 'realm'), /1 to 64 letters/);
	assert.match(await fault(page, 'media_server'), /IP address/);
	assert.equal(await page.inputValue('#realm'), 'x y');
	await assertAccessible(page);
	await page.fill('#realm', 'acme.example');
	await page.fill('#media_server', '192.0.2.8:5064');
	await save(page);
	assert.match(await said(page), /Saved\./);
	assert.deepEqual(await site.sql('SELECT realm, voicemail_server, media_server FROM telephony'),
		[{ realm: 'acme.example', voicemail_server: null, media_server: '192.0.2.8:5064' }]);
	await page.fill('#media_server', '');
	await save(page);
	assert.equal(await site.value('SELECT media_server FROM telephony'), null);
	await page.context().close();
	const alice = await site.page('alice');
	assert.equal((await alice.goto(single)).status(), 403);
	assert.equal(await alice.locator('.menu a:text-is("SIP Protocol")').count(), 0);
	await alice.context().close();
});

test('a permission with rules and a trunk with a password: secrets are kept, and never shown', async () => {
	const page = await site.page('alice');
	await page.goto('/services/ipbx/call_permissions/add');
	await page.fill('#name', 'abroad');
	await page.fill('#rules-0-pattern', '_00.');
	await page.fill('#rules-0-password', '4711');
	await page.fill('#rules-1-pattern', '_0033.');
	await page.selectOption('#rules-1-allow', '1');
	await save(page);
	await page.waitForURL(/call_permissions$/);
	await page.click('bdi:text-is("abroad")');
	assert.doesNotMatch(await page.content(), /(?<![\w-])4711(?![\w-])/);
	const cell = await page.locator('input[value="_00."]').getAttribute('name');
	await page.fill(`#${cell}`, '_00.');
	await page.fill('#name', 'far away');
	await save(page);
	await page.waitForURL(/call_permissions$/);
	assert.deepEqual(await site.sql(`SELECT pattern, allow, r.password FROM call_permission_rule r JOIN call_permission p ON p.id = call_permission_id
		WHERE name = 'far away' ORDER BY pattern`), [{ pattern: '_00.', allow: false, password: '4711' }, { pattern: '_0033.', allow: true, password: null }]);

	await page.goto('/services/ipbx/trunks/add');
	await page.fill('#name', 'carrier');
	await page.fill('#address', '192.0.2.1:5080');
	await page.fill('#username', 'me');
	await page.fill('#password', 'carrier-secret');
	await page.selectOption('#context', 'from-extern');
	await save(page);
	await page.waitForURL(/trunks$/);
	await page.click('bdi:text-is("carrier")');
	assert.ok(!(await page.content()).includes('carrier-secret'));
	await page.fill('#prefix', '0');
	await save(page);
	await page.waitForURL(/trunks$/);
	assert.deepEqual(await site.sql(`SELECT host, port, secret, prefix FROM trunk`), [{ host: '192.0.2.1', port: 5080, secret: 'carrier-secret', prefix: '0' }]);
	await page.goto('/services/ipbx/trunks/add');
	await page.fill('#name', 'other');
	await page.fill('#address', '192.0.2.1:5080');
	await save(page);
	assert.match(await said(page), /is taken/);
	await page.context().close();
});

describe('entities and administrators', () => {
	test('root makes an entity and its administrator, who signs in and sees his entity alone', async () => {
		const page = await site.page('root');
		await page.goto('/configuration/entities/add');
		await page.fill('#name', 'initech');
		await page.fill('#emergency_numbers', '112\n15');
		await save(page);
		await page.waitForURL(/entities$/);
		const id = await site.value(`SELECT id FROM tenant WHERE name = 'initech'`);
		assert.deepEqual(await site.sql(`SELECT number FROM emergency_number WHERE tenant_id = ${id} ORDER BY 1`), [{ number: '112' }, { number: '15' }]);
		assert.equal(await site.value(`SELECT name FROM line_template WHERE tenant_id = ${id}`), 'default');
		await page.goto(`${admins}/add`);
		await page.selectOption('#tenant', { label: 'initech' });
		await page.fill('#username', 'milton');
		await page.fill('#password', 'short');
		await save(page);
		assert.match(await fault(page, 'password'), /at least 8 characters/);
		await page.fill('#password', 'my-Stapler-1');
		await page.check('input[value="setup"]');
		await save(page);
		await page.waitForURL(/administrators$/);
		site.passwords.milton = 'my-Stapler-1';
		const milton = await site.page('milton');
		await milton.goto(admins);
		assert.deepEqual(await milton.locator('tbody th').allInnerTexts(), ['milton']);
		assert.equal(await milton.locator('a:has-text("Entities")').count(), 0);
		assert.equal((await milton.goto('/configuration/entities')).status(), 403);

		// While he is there, the entity stays; then it goes.
		await page.goto(`/configuration/entities/${id}/delete`);
		assert.match(await page.innerText('main'), /1 administrator/);
		await page.goto(admins);
		await page.locator('tr', { hasText: 'milton' }).locator('a.danger').click();
		await page.click('main button.danger');
		await page.goto(`/configuration/entities/${id}/delete`);
		await page.click('main button.danger');
		assert.match(await said(page), /Deleted\./);
		assert.equal(await site.value(`SELECT count(*)::int FROM tenant WHERE name = 'initech'`), 0);
		await milton.context().close();
		await page.context().close();
	});

	test('an entity that had imports goes with its history, when root has read what goes and types its name', async () => {
		await site.psql(`INSERT INTO tenant (id, name) VALUES (7, 'old & gone');
			INSERT INTO users (tenant_id, firstname) VALUES (7, 'Last');
			INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
			SELECT 7, id, 'root', 'import', n || '.csv', 1, sha256('x'), 'old' || n, 'done', now(), now() FROM admin, generate_series(1, 2) n WHERE username = 'root';
			INSERT INTO job_row (job_id, tenant_id, row_number, user_id, user_uuid) SELECT max(id), 7, 1, 1, gen_random_uuid() FROM job WHERE tenant_id = 7;
			INSERT INTO job_row_block (job_id, thousand, tenant_id, size, row_numbers, user_ids, user_uuids)
			SELECT max(id), 0, 7, 1, '{1}', '{1}', ARRAY[gen_random_uuid()] FROM job WHERE tenant_id = 7;
			INSERT INTO job_change_block (job_id, n, tenant_id, thousand, size, ids, old, new)
			SELECT max(id), 1, 7, 0, 1, '{1}', '{a=>1}', '{a=>2}' FROM job WHERE tenant_id = 7`);
		const page = await site.page('root');
		const path = '/configuration/entities/7/delete';
		await page.goto(path);
		assert.match(await page.innerText('main'), /1 user[^]*2 jobs of the history[^]*When all but the jobs is gone/);
		assert.equal(await page.locator('main button').count(), 0);
		await site.psql('DELETE FROM users WHERE tenant_id = 7');
		await page.goto(path);
		assert.match(await page.innerText('main'), /Nothing is in old & gone any more but its history\. It goes too: 2 jobs/);
		await assertAccessible(page);
		await page.fill('#name', 'old');
		await page.click('main button.danger');
		assert.match(await fault(page, 'name'), /This is not its name/);
		await assertAccessible(page);
		// One that is not ended is no history; a worker would end it.
		await site.stop('worker');
		await site.psql(`UPDATE job SET state = 'queued', started_at = NULL, ended_at = NULL WHERE tenant_id = 7 AND file_name = '2.csv'`);
		await page.fill('#name', 'old & gone');
		await page.click('main button.danger');
		assert.match(await said(page), /Nothing was deleted/);
		assert.equal(await site.value('SELECT count(*)::int FROM job WHERE tenant_id = 7'), 2);
		await site.psql(`UPDATE job SET state = 'done', started_at = now(), ended_at = now() WHERE tenant_id = 7`);
		await site.start('worker');
		await page.fill('#name', 'old & gone');
		await page.click('main button.danger');
		await page.waitForURL(/entities$/);
		assert.match(await said(page), /Deleted\./);
		for (const table of ['job', 'job_row', 'job_row_block', 'job_change_block'])
			assert.equal(await site.value(`SELECT count(*)::int FROM ${table} WHERE tenant_id = 7`), 0);
		assert.deepEqual((await site.sql(`SELECT action FROM audit WHERE detail ->> 'name' = 'old & gone' ORDER BY id`)).map((row) => row.action),
			['tenant.forget', 'tenant.delete']);
		await page.goto('/configuration/audit');
		assert.match(await page.innerText('main'), /Entity deleted[^]*History of an entity deleted/);
		await page.context().close();
	});

	test('nobody gives more rights than his own, or takes over who has more', async () => {
		await site.psql(`UPDATE admin SET rights = '{users.read,setup}', language = 'en' WHERE username = 'reader'`);
		const page = await site.page('reader');
		await page.goto(`${admins}/add`);
		await page.fill('#username', 'helper');
		await page.fill('#password', 'helper-Secret-1');
		await page.check('input[value="users.read"]');
		await page.check('input[value="users.delete"]');
		await save(page);
		assert.match(await fault(page, 'rights'), /you do not have this right/);
		assert.equal(await site.value(`SELECT count(*)::int FROM admin WHERE username = 'helper'`), 0);
		await page.uncheck('input[value="users.delete"]');
		await save(page);
		await page.waitForURL(/administrators$/);
		assert.deepEqual(await site.value(`SELECT rights FROM admin WHERE username = 'helper'`), ['users.read']);
		const alice = await site.value(`SELECT id FROM admin WHERE username = 'alice'`);
		assert.equal(await page.locator('a bdi:text-is("alice")').count(), 0);
		for (const path of [`${admins}/${alice}`, `${admins}/${alice}/delete`])
			assert.equal((await page.goto(path)).status(), 403);
		const own = await site.value(`SELECT id FROM admin WHERE username = 'reader'`);
		await page.goto(`${admins}/${own}`);
		assert.equal(await page.locator('#content a[href$="/password"]').getAttribute('href'), '/profile/password');
		await page.selectOption('#disabled', '1');
		await save(page);
		assert.match(await fault(page, 'disabled'), /cannot disable yourself/);
		assert.equal((await page.goto(`${admins}/${own}/delete`)).status(), 403);
		await page.context().close();
	});

	test('who is disabled is signed out', async () => {
		const helper = await site.value(`SELECT id FROM admin WHERE username = 'helper'`);
		await site.psql(`INSERT INTO session (token_hash, admin_id) VALUES (sha256('x'), ${helper})`);
		const page = await site.page('alice');
		await page.goto(`${admins}/${helper}`);
		await page.selectOption('#disabled', '1');
		await save(page);
		await page.waitForURL(/administrators$/);
		assert.equal(await site.value(`SELECT count(*)::int FROM session WHERE admin_id = ${helper}`), 0);
		assert.equal(await site.value(`SELECT disabled FROM admin WHERE id = ${helper}`), true);
		await page.context().close();
	});
});

describe('who may, and how it looks', () => {
	test('without the right setup there is no entry in the menu, and no page', async () => {
		await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
		const page = await site.page('reader');
		assert.equal(await page.locator('.menu a:text-is("Contexts")').count(), 0);
		for (const path of [...lists, single])
			assert.equal((await page.goto(path)).status(), 403, path);
		await page.context().close();
	});

	test('another entity\'s things are not there', async () => {
		const page = await site.page('bob');
		for (const path of [`${contexts}/${await idOf('context', 'default')}`, `${labels}/${await idOf('label', 'sales')}`])
			assert.equal((await page.goto(path)).status(), 404);
		await page.context().close();
	});

	test('every list and form stands axe, dark, at 320 pixels and in French without scripts', async () => {
		const root = await site.page('root', { colorScheme: 'dark' });
		const narrow = await site.page('root', { viewport: { width: 320, height: 700 }, javaScriptEnabled: false, locale: 'fr-FR' });
		for (const list of [...lists, single])
			for (const path of list === single ? [list] : [list, `${list}/add`]) {
				await root.goto(path);
				await assertAccessible(root);
				assert.equal((await narrow.goto(path)).status(), 200);
				await assertFits(narrow);
			}
		await site.psql(`UPDATE admin SET language = 'fr' WHERE username = 'root'`);
		await narrow.goto(`${labels}/add`);
		await narrow.selectOption('#tenant', { label: 'acme' });
		await narrow.fill('#name', 'Zoë');
		await save(narrow);
		await narrow.waitForURL(/labels$/);
		assert.match(await said(narrow), /Création effectuée/);
		await root.context().close();
		await narrow.context().close();
	});
});
