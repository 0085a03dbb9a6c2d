// The audit in the browser: who may read what of it, filters, pages, the CSV file.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { freshSite } from '../lib/stack.mjs';

const path = '/configuration/audit';

let site;
before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en'`);
	await site.psql(`UPDATE admin SET rights = '{users.read,setup}' WHERE username IN ('alice', 'bob')`);
	// Of two tenants, of none, of three days; one as an attacker would like it.
	await site.psql(`INSERT INTO audit (at, admin_name, tenant_id, address, action, detail) VALUES
		('2026-01-30 23:59:59Z', 'camille', 1, '192.0.2.1', 'user.export', '{"users": 3}'),
		('2026-01-31 00:00:00Z', 'camille', 1, '192.0.2.1', 'token.open', '{"name": "x"}'),
		('2026-01-31 23:59:59Z', '=HYPERLINK("evil")', 1, '192.0.2.2', 'token.close', '{}'),
		('2026-02-01 00:00:00Z', 'dora', 1, NULL, 'thing.new', '{"job": 7, "file": "<b>"}'),
		('2026-01-31 12:00:00Z', 'borealis', 2, '192.0.2.3', 'setup', '{}'),
		('2026-01-31 12:00:00Z', NULL, NULL, '192.0.2.4', 'login.refused', '{"reason": "unknown"}')`);
});

const rows = (page) => page.locator('tbody tr').allInnerTexts();

test('an administrator reads his tenant\'s alone, root the chosen one\'s or all, others none', async () => {
	const texts = {};
	for (const name of ['alice', 'bob', 'root']) {
		const client = await site.client(name);
		texts[name] = (await client.get(path)).text + (await client.get(`${path}/audit.csv`)).text;
	}
	assert.match(texts.alice, /camille/);
	assert.doesNotMatch(texts.alice, /borealis|192\.0\.2\.4/);
	assert.match(texts.bob, /borealis/);
	assert.doesNotMatch(texts.bob, /camille|dora|192\.0\.2\.4/);
	assert.match(texts.root, /camille[^]*/);
	assert.match(texts.root, /borealis/);
	assert.match(texts.root, /192\.0\.2\.4/);
	const root = await site.client('root');
	await root.submit('/services/ipbx/users', { tenant: '2' }, 'action="/scope"');
	const chosen = (await root.get(path)).text;
	assert.match(chosen, /borealis/);
	assert.doesNotMatch(chosen, /camille|192\.0\.2\.4/);
	const reader = await site.client('reader');
	assert.equal((await reader.get(path)).status, 403);
	assert.equal((await reader.get(`${path}/audit.csv`)).status, 403);
	assert.ok(!(await reader.get('/services/ipbx/users')).text.includes(path));
});

test('it is filtered by name, action and day, without scripts too', async () => {
	const page = await site.page('alice', { javaScriptEnabled: false });
	await page.goto('/services/ipbx/users');
	await page.click(`.menu a[href="${path}"]`);
	await page.fill('#who', 'CAMI');
	await page.click('.filter button');
	assert.deepEqual((await rows(page)).map((text) => /Users exported|Token created/.exec(text)?.[0]), ['Token created', 'Users exported']);
	await page.click('text=Show all');
	await page.fill('#from', '2026-01-31');
	await page.fill('#to', '2026-01-31');
	await page.click('.filter button');
	assert.equal((await rows(page)).length, 2);
	await page.selectOption('#what', { label: 'Token revoked' });
	await page.click('.filter button');
	assert.equal((await rows(page)).length, 1);
	await page.goto(`${path}?what=token`);
	assert.ok((await rows(page)).every((text) => /Token/.test(text)));
	await page.goto(`${path}?who=nobody-of-this-name`);
	assert.match(await page.innerText('main'), /Nothing was found/);
	await page.context().close();
});

test('it looks well, an unknown action is shown as it is, and what is hostile as text', async () => {
	const page = await site.page('alice');
	await page.goto(`${path}?who=dora`);
	assert.match((await rows(page))[0], /thing\.new[^]*file: <b>, job: 7/);
	await page.goto(path);
	await assertAccessible(page);
	await page.setViewportSize({ width: 390, height: 844 });
	await assertFits(page);
	await page.emulateMedia({ colorScheme: 'dark' });
	await assertAccessible(page);
	await page.context().close();
});

test('a day that is none is said beside its field', async () => {
	const page = await site.page('alice');
	for (const day of ['2026-02-31', 'x', '2026-1-1', '0000-00-00']) {
		const answer = await page.goto(`${path}?from=${day}`);
		assert.equal(answer.status(), 400, day);
		assert.match(await page.locator('#from-fault').innerText(), /This date does not exist/);
	}
	await assertAccessible(page);
	assert.equal((await (await site.client('alice')).get(`${path}/audit.csv?to=2026-02-31`)).status, 400);
	await page.context().close();
});

test('many rows come in pages, which keep the filter', async () => {
	await site.psql(`INSERT INTO audit (admin_name, tenant_id, action) SELECT 'mass', 1, 'scope' FROM generate_series(1, 120)`);
	const page = await site.page('alice');
	await page.goto(`${path}?who=mass`);
	assert.match(await page.innerText('.pager'), /1–50 of 120/);
	await page.click('[rel=next]');
	assert.match(page.url(), /who=mass&page=2$/);
	await page.goto(`${path}?who=mass&page=3`);
	assert.equal((await rows(page)).length, 20);
	await page.goto(`${path}?who=mass&page=9`);
	assert.match(page.url(), /audit\?who=mass$/);
	await page.context().close();
});

test('the file has what was filtered, and no cell is a formula', async () => {
	const alice = await site.client('alice');
	const answer = await alice.get(`${path}/audit.csv?from=2026-01-31&to=2026-01-31`);
	assert.match(answer.headers.get('content-disposition'), /filename="audit\.csv"/);
	assert.deepEqual(answer.text.replace('\ufeff', '').split('\r\n'), [
		'time,administrator,entity,address,action,details',
		`2026-01-31T23:59:59Z,"'=HYPERLINK(""evil"")",acme,192.0.2.2,token.close,`,
		'2026-01-31T00:00:00Z,camille,acme,192.0.2.1,token.open,name: x', '']);
	assert.equal((await alice.get(`${path}/audit.csv?who=mass`)).text.trim().split('\r\n').length, 121);
});
