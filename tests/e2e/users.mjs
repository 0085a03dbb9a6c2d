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
	await page.goto('/');
	await page.click('button[value=en]');
});

const names = (where = page) => where.locator('tbody .col-name a').allTextContents();
const heads = async (where = page) => (await where.locator('thead a').allInnerTexts()).map((text) => text.trim());
const query = () => new URL(page.url()).search;

test('the columns are those that an administrator knows', async () => {
	await page.goto(users);
	assert.deepEqual(await heads(), ['Full name', 'Provisioning', 'Protocol', 'Phone number']);
	const row = page.locator('tbody tr', { hasText: 'Fodé' });
	const cells = await row.locator('th, td').allInnerTexts();
	assert.deepEqual(cells.slice(2, 5).map((text) => text.trim()), ['188150', 'sip', '1000']);
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

const filter = (where = page) => where.locator('.drop', { has: where.locator('#context') });
const chips = (where = page) => where.locator('.chips a').evaluateAll((all) => all.map((a) => a.firstChild.textContent));

test('the filters know the names of the entity alone', async () => {
	await site.psql(`INSERT INTO label (tenant_id, name) VALUES (2, 'Foreign label')`);
	await page.goto(users);
	await filter().locator('summary').click();
	assert.deepEqual(await page.locator('#context option').allTextContents(), ['no filter', 'default']);
	assert.deepEqual(await page.locator('#label option').allTextContents(), ['no filter', 'Île-de-France', 'sales', 'support']);
	await page.selectOption('#context', 'default');
	await page.click('.filters button');
	await page.waitForURL(/context=default/);
	assert.equal((await names()).length, 3);
});

test('each filter narrows the list, alone and with others, and stays in the URL', async () => {
	await site.psql(`INSERT INTO user_label SELECT 1, u.id, g.id FROM users u, label g
			WHERE u.tenant_id = 1 AND u.firstname IN ('Fodé', 'Mao') AND g.tenant_id = 1 AND g.name = 'sales';
		INSERT INTO user_call_permission SELECT 1, u.id, g.id FROM users u, call_permission g
			WHERE u.firstname = 'Mamàsta' AND g.tenant_id = 1 AND g.name = 'mobile'`);
	await site.psql(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
		SELECT 1, id, username, 'import', 'f.csv', 0, sha256(''), 'filter', 'done', now(), now() FROM admin WHERE username = 'alice'`);
	const job = await site.value(`SELECT id FROM job WHERE nonce = 'filter'`);
	await site.psql(`INSERT INTO job_row (job_id, row_number, tenant_id, user_id, user_uuid)
		SELECT ${job}, 1, 1, id, uuid FROM users WHERE firstname = 'Mao'`);
	for (const [query, found] of [['label=sales', ['Fodé Sanderson', 'Mao Abdoulai']], ['permission=mobile', ['Mamàsta Michel']],
		['protocol=sccp', ['Mao Abdoulai']], ['enabled=no', ['Mao Abdoulai']], [`job=${job}`, ['Mao Abdoulai']],
		['label=sales&enabled=yes', ['Fodé Sanderson']], ['label=sales&without=login', ['Mao Abdoulai']],
		['q=fod&label=support', []], ['job=999999999', []]]) {
		await page.goto(`${users}?${query}`);
		assert.deepEqual(await names(), found, query);
		assert.equal((await chips()).length, query.split('&').length + (query.includes('&') ? 1 : 0), query);
	}
	await page.goto(`${users}?without=number`);
	assert.match(await page.locator('.strip-count').innerText(), /42 users/);
	await page.goto(`${users}?protocol=h323&enabled=maybe&without=head&job=1'&phones=lost`);
	assert.match(await page.locator('.strip-count').innerText(), /45 users/);
	assert.deepEqual(await chips(), []);
});

test('what is filtered is said, and each of it is removed by itself', async () => {
	await page.goto(`${users}?q=e&label=sales&enabled=yes&sort=number`);
	assert.deepEqual(await chips(), ['Search: e', 'Label: sales', 'State: enabled', 'Remove all filters']);
	await filter().locator('summary').click();
	assert.equal(await page.inputValue('#label'), 'sales');
	await page.keyboard.press('Escape');
	assert.equal(await filter().getAttribute('open'), null);
	await page.click('.chips a >> text=Label: sales');
	assert.equal(query(), '?q=e&enabled=yes&sort=number');
	await page.click('.chips-clear');
	assert.equal(query(), '?sort=number');
});

test('filtered and selected by keyboard alone', async () => {
	await page.goto(users);
	await filter().locator('summary').focus();
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'context');
	await page.keyboard.type('default');
	for (let i = 0; i < 20 && await page.evaluate(() => document.activeElement.tagName) !== 'BUTTON'; i++)
		await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.waitForURL(/context=default/);
	await page.locator('tbody input').first().focus();
	await page.keyboard.press('Space');
	assert.equal(await page.locator('.selected').innerText(), '1 selected:');
	await page.keyboard.press('Space');
});

test('the export is of the users that are shown, and says so', async () => {
	await page.goto(`${users}?label=sales&enabled=no`);
	await page.click('text=Export chosen columns');
	assert.match(await page.locator('.import-scope').innerText(), /Label: sales · State: disabled/);
	const alice = await site.client('alice');
	const { text } = await alice.get(`${users}/export?label=sales&enabled=no&columns=firstname`);
	assert.deepEqual(text.replace('\ufeff', '').trim().split(/\r\n/).slice(1), [`${uuid(3)},Mao`]);
	const [audit] = await site.sql(`SELECT detail FROM audit WHERE action = 'user.export' ORDER BY id DESC LIMIT 1`);
	assert.deepEqual([audit.detail.label, audit.detail.enabled, audit.detail.users], ['sales', 'no', 1]);
});

test('each administrator chooses the columns, which are kept; the entity is for root', async () => {
	const reader = await site.page('reader', { locale: 'en-GB', javaScriptEnabled: false });
	await reader.goto(`${users}?q=fod`);
	await reader.click('summary >> text=Columns');
	assert.equal(await reader.locator('input[value=entity]').count(), 0);
	for (const column of ['labels', 'incalls', 'email', 'mobile', 'login'])
		await reader.check(`input[name=columns][value=${column}]`);
	await reader.uncheck('input[name=columns][value=code]');
	await reader.click('text=Show these columns');
	await reader.locator('thead .col-mobile').waitFor();
	assert.match(reader.url(), /\?q=fod$/);
	assert.deepEqual((await reader.locator('thead th').allInnerTexts()).map((text) => text.trim()).filter(Boolean),
		['Full name', 'Protocol', 'Phone number', 'Incoming calls', 'Labels', 'E-mail', 'Mobile', 'Login', 'Action']);
	assert.deepEqual((await reader.locator('tbody td[data-label]').allInnerTexts()).map((text) => text.trim()),
		['sip', '1000', '2000', 'sales', 'fode@example.org', '-', 'fode']);
	await reader.context().close();
	const again = await site.page('reader', { locale: 'en-GB' });
	await again.goto(users);
	assert.equal(await again.locator('thead .col-mobile').count(), 1);
	await again.context().close();
	await page.goto(users);
	assert.equal(await page.locator('thead .col-mobile').count(), 0);
	const alice = await site.client('alice');
	const token = /name="csrf" value="([0-9a-f]+)"/.exec((await alice.get(users)).text)[1];
	assert.equal((await alice.post(`${users}/columns`, { csrf: token, columns: 'entity' })).status, 303);
	assert.doesNotMatch((await alice.get(users)).text, /col-entity/);
	assert.equal((await alice.post(`${users}/columns`, { columns: 'code' })).status, 403);
	await site.psql(`UPDATE admin SET list_columns = NULL`);
	const root = await site.page('root', { locale: 'en-GB' });
	await root.goto(users);
	assert.deepEqual((await heads(root)).at(-1), 'Entity');
	await root.context().close();
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
	await page.goto(`${users}?q=number&sort=code`);
	assert.equal((await names()).length, 20);
	assert.match(await page.locator('.pager-rows').innerText(), /1–20 of 41/);
	await page.click('.pager a[rel=next]');
	assert.equal((await names())[0], 'Zoé Number 021');
	assert.match(query(), /q=number/);
	assert.match(query(), /sort=code/);
	await page.click('.sizes a >> text=50');
	assert.equal((await names()).length, 41);
	assert.match(query(), /size=50/);
	await page.fill('#q', 'number 00');
	await page.press('#q', 'Enter');
	await page.waitForURL(/q=number\+00/);
	assert.match(query(), /sort=code/);
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

test('of more than 10,000 that a search finds the heading, the pager and the actions say so', async () => {
	await site.psql(`INSERT INTO users (tenant_id, firstname, lastname) SELECT 1, 'Crowd', n::text FROM generate_series(10001, 20001) n`);
	await page.goto(`${users}?q=crowd`);
	assert.equal((await page.locator('.strip-count').innerText()).trim(), 'More than 10,000 users');
	assert.match(await page.innerText('.pager-rows'), /^1–\d+ of more than 10,000$/);
	assert.match(await page.locator('label.tick', { has: page.locator('[name=all]') }).textContent(), /All users found, more than 10,000/);
	await page.goto(users);
	assert.match(await page.innerText('.pager-rows'), /of 10,046$/, 'all of them are counted');
	await site.psql(`DELETE FROM users WHERE firstname = 'Crowd'`);
});

test('French has its own words', async () => {
	const french = await site.page('reader', { locale: 'fr-FR' });
	await french.goto(users);
	assert.deepEqual(await heads(french), ['Nom complet', 'Provisioning', 'Protocole', 'N° Téléphone']);
	assert.equal(await french.locator('html').getAttribute('lang'), 'fr');
	await french.goto(`${users}?q=nobody-at-all`);
	assert.match(await french.locator('.empty').innerText(), /Aucun utilisateur trouvé/);
	await french.context().close();
});

test('one user is shown with everything that belongs to it, what is asked for most first', async () => {
	await page.goto(`${users}?q=Fod`);
	await page.click('tbody .col-name a');
	assert.equal(await page.locator('h1').innerText(), 'Fodé Sanderson');
	assert.deepEqual((await page.locator('.first > div').allInnerTexts()).map((text) => text.split('\n')),
		[['Phone number', '1000'], ['Incoming numbers', '2000'], ['Login', 'fode'], ['E-mail', 'fode@example.org'], ['Labels', 'sales']]);
	assert.equal(await page.getAttribute('.tools >> text=History', 'href'), `${users}/${uuid(1)}/history`);
	assert.match(await page.locator('.group-user').innerText(), /Entity\s+acme\s+Entity number\s+1\s/);
	const text = await page.locator('main').innerText();
	for (const value of ['188150', '1000', 'default', '2000', 'from-extern', 'fode@example.org', '100%'])
		assert.ok(text.includes(value), value);
});

const shownSecrets = () => site.sql(`SELECT admin_name, tenant_id, detail FROM audit WHERE action = 'user.secrets' ORDER BY id`);

test('secrets are shown when somebody asks for them, which the audit tells', async () => {
	await page.goto(`${users}/${uuid(1)}`);
	assert.doesNotMatch(await page.content(), /hush-hush|(?<![\w-])4321(?![\w-])/);
	assert.equal((await shownSecrets()).length, 0);
	await page.click('.sip_secret button');
	const text = await page.locator('main').innerText();
	for (const secret of ['hush-hush', '4321'])
		assert.ok(text.includes(secret), secret);
	assert.deepEqual(await shownSecrets(), [{ admin_name: 'alice', tenant_id: 1, detail: { users: [uuid(1)] } }]);
	await assertAccessible(page);
	await page.goto(`${users}/${uuid(1)}/secrets`);
	assert.match(page.url(), new RegExp(`${uuid(1)}$`));
	assert.doesNotMatch(await page.content(), /hush-hush|(?<![\w-])4321(?![\w-])/);
	assert.equal(await page.locator('.voicemail_email button, .password button').count(), 0);
});

test('secrets are for those who have the right to them, in their entity, with the token', async () => {
	const reader = await site.client('reader'), alice = await site.client('alice');
	const answer = await reader.get(`${users}/${uuid(1)}`);
	assert.equal(answer.status, 200);
	assert.doesNotMatch(answer.text, /hush|(?<![\w-])4321(?![\w-])|name="csrf"[^>]*><\/form>/);
	assert.match(answer.text, /\*{8}/);
	const csrf = async (client) => /name="csrf" value="([0-9a-f]+)"/.exec((await client.get(users)).text)[1];
	const before = (await shownSecrets()).length;
	assert.equal((await reader.post(`${users}/${uuid(1)}/secrets`, { csrf: await csrf(reader) })).status, 403);
	assert.equal((await alice.post(`${users}/${uuid(1)}/secrets`, {})).status, 403);
	assert.equal((await alice.post(`${users}/${uuid(5)}/secrets`, { csrf: await csrf(alice) })).status, 404);
	assert.equal((await shownSecrets()).length, before);
	const shown = await alice.post(`${users}/${uuid(1)}/secrets`, { csrf: await csrf(alice) });
	assert.match(shown.text, /hush-hush/);
	assert.equal(shown.headers.get('cache-control'), 'no-store');
});

test('one user is exported by himself', async () => {
	await page.goto(`${users}/${uuid(1)}`);
	assert.equal(await page.getAttribute('text=Export this user', 'href'), `${users}/export?users=${uuid(1)}`);
	const alice = await site.client('alice');
	const { text } = await alice.get(`${users}/export?users=${uuid(1)}&users=${uuid(5)}&columns=firstname`);
	assert.deepEqual(text.replace('\ufeff', '').trim().split(/\r\n/).slice(1), [`${uuid(1)},Fodé`]);
	assert.equal((await alice.get(`${users}/export?users=x`)).status, 400);
});

test('one user calls: wrong number, PIN forgotten, to be disabled: four clicks at most from the list', async () => {
	const clicks = (...steps) => async () => {
		await page.goto(`${users}?q=fod`);
		assert.ok(steps.filter((step) => typeof step === 'string').length <= 4);
		for (const step of steps)
			await (typeof step === 'string' ? page.click(step) : step());
		await page.waitForLoadState();
	};
	await clicks('tbody .col-name a', 'text=Edit', () => page.fill('#exten', '1010'), 'text=Save')();
	assert.equal(await page.locator('.first .exten').innerText(), '1010');
	await clicks('tbody .col-name a', 'text=New PIN')();
	const pin = await page.locator('.once code').innerText();
	assert.match(pin, /^\d{6}$/);
	assert.equal(await site.value('SELECT password FROM voicemail'), pin);
	await clicks('tbody .col-name a', 'text=Disable')();
	assert.match(await page.locator('.box.done').innerText(), /is disabled/);
	await clicks('tbody .col-name a', 'text=Enable')();
	assert.match(await page.locator('.strip-count').innerText(), /enabled/);
	await clicks('tbody .col-name a', 'text=Edit', () => page.fill('#exten', '1000'), 'text=Save')();
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
		for (const path of [users, `${users}?q=nobody-at-all`, `${users}?label=sales&enabled=yes`, `${users}/${uuid(1)}`]) {
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
	for (const value of ['188150', 'sip', '1000'])
		assert.ok(text.includes(value), value);
	await narrow.context().close();
});
