// The first day of an installation that has a root administrator and nothing else: everything
// that users need is made in the browser, with and without scripts, and no shell is needed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { freshSite, login } from '../lib/stack.mjs';

const said = (page) => page.locator('.messages').innerText();

for (const javaScriptEnabled of [true, false])
	test(`from an empty installation to the first imported users, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
		const site = await freshSite({ setup: { root: [{ username: 'root', password: 'root-Secret-1', language: 'en' }] } });
		const root = await site.page(null, { javaScriptEnabled, viewport: javaScriptEnabled ? undefined : { width: 320, height: 700 } });
		await login(root, 'root', 'root-Secret-1');
		const looksWell = (page) => javaScriptEnabled ? assertAccessible(page) : assertFits(page);
		const menu = async (page, path) => {
			if (!javaScriptEnabled)
				await page.click('.menu-open');
			await page.click(`.menu a[href="${path}"]`);
			await looksWell(page);
		};
		const add = async (page, path, fields) => {
			await menu(page, path);
			await page.click(`.tools a[href="${path}/add"]`);
			await looksWell(page);
			for (const [id, value] of Object.entries(fields)) {
				const control = page.locator(`[id="${id}"]`);
				await (await control.evaluate((e) => e.tagName) === 'SELECT' ? control.selectOption(value) : control.fill(value));
			}
		};
		const save = async (page) => {
			await page.click('.setup-form button.main');
			assert.match(await said(page), /Created\./);
		};

		// What is to be done first is said where one arrives.
		assert.match(await root.innerText('main'), /There is no entity yet/);
		await looksWell(root);
		await root.click('main a:has-text("Add an entity")');
		await root.fill('#name', 'boreal');
		await root.fill('#emergency_numbers', '112');
		await save(root);
		await root.selectOption('#scope', { label: 'boreal' });
		await root.click('.chooser button');
		await add(root, '/services/ipbx/contexts', { name: 'default', type: 'internal', 'ranges-0-start': '1000', 'ranges-0-end': '1099' });
		await save(root);
		await add(root, '/services/ipbx/contexts', { name: 'from-extern', type: 'incall', 'ranges-0-kind': 'incall', 'ranges-0-start': '0142000000', 'ranges-0-end': '0142000099' });
		await save(root);
		await add(root, '/services/ipbx/call_permissions', { name: 'abroad', 'rules-0-pattern': '_00.' });
		await save(root);
		await add(root, '/services/ipbx/labels', { name: 'sales' });
		await save(root);
		await menu(root, '/services/ipbx/telephony');
		await root.fill('#realm', 'boreal.example');
		await root.click('.setup-form button.main');
		assert.match(await said(root), /Saved\./);
		await add(root, '/configuration/administrators', { username: 'camille', password: 'camille-Secret-1', language: 'en' });
		for (const right of ['users.read', 'users.import', 'users.update', 'setup'])
			await root.check(`input[value="${right}"]`);
		await save(root);
		await root.context().close();

		// The administrator of the entity, who sees nothing else.
		const camille = await site.page(null, { javaScriptEnabled });
		await login(camille, 'camille', 'camille-Secret-1');
		assert.match(await camille.innerText('main'), /No user found|There are no users/);
		await camille.click('.empty a:has-text("Import a file")');
		await looksWell(camille);
		await camille.setInputFiles('#file', { name: 'first.csv', mimeType: 'text/csv', buffer: Buffer.from(
			'firstname,lastname,line_protocol,context,exten,incall_exten,incall_context,call_permissions,labels\n'
			+ 'Ada,Byron,sip,default,1000,0142000001,from-extern,abroad,sales\n') });
		await camille.click('button[value="apply"]');
		await camille.locator('#result').waitFor();
		assert.match(await camille.innerText('#result'), /1 user was created/);
		assert.deepEqual(await site.sql(`SELECT u.firstname, x.exten, i.exten AS incall FROM users u JOIN line l ON l.user_id = u.id
			JOIN extension x ON x.line_id = l.id JOIN incall i ON i.user_id = u.id`), [{ firstname: 'Ada', exten: '1000', incall: '0142000001' }]);
		await camille.context().close();
		// What the pages have made is the setup file: read again it changes nothing.
		const file = JSON.parse((await site.command('setup', '--export')).stdout);
		assert.deepEqual([file.telephony.realm, file.tenants[0].name, file.tenants[0].contexts.map((c) => c.name)],
			['boreal.example', 'boreal', ['default', 'from-extern']]);
		await site.close();
	});
