// Apply what was checked, in the browser: just the plan, or nothing and the new one.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { check, file, hold, imports, jobPath, send, store, updates } from '../lib/checks.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;

before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'reader')`);
});

const named = (name) => site.value(`SELECT count(*)::int FROM users WHERE firstname = '${name}'`);
const lastname = (n) => site.value(`SELECT lastname FROM users WHERE uuid = '${uuid(n)}'`);
const apply = (client, id, fields = {}) => client.submit(jobPath(id), fields, `action="${jobPath(id)}/apply"`);
const change = (page, column) => page.locator('table.changes tbody tr', { has: page.locator(`code:text-is("${column}")`) }).innerText();

for (const javaScriptEnabled of [true, false])
	describe(`Apply, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
		const name = javaScriptEnabled ? 'Scripted' : 'Plain';

		test('makes the users of a checked import', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const id = await send(page, imports, file('firstname,username,password', `${name},${name.toLowerCase()},secret-word-1`));
			assert.equal(await named(name), 0);
			await page.getByRole('button', { name: 'Apply' }).click();
			await page.getByText('Imported: 1 user was created.').waitFor();
			assert.equal(page.url().endsWith(jobPath(id)), true);
			assert.equal(await page.title(), 'Import of people.csv - Rollcall');
			await page.click('.facts-part summary');
			assert.match(await page.locator('.facts').innerText(), /Imported by\s+alice\s+Applied by\s+alice/);
			assert.equal(await page.locator('table.plan').count(), 0);
			assert.equal(await page.getByRole('button', { name: 'Apply' }).count(), 0);
			assert.equal(await named(name), 1);
			assert.match(await site.value(`SELECT password_hash FROM users WHERE firstname = '${name}'`), /^\$y\$/);
			await page.context().close();
		});

		test('changes the users of a checked update, and its changes stay to be seen', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			await send(page, updates, file('uuid,lastname', `${uuid(1)},${name}`));
			const seen = await change(page, 'lastname');
			await page.getByRole('button', { name: 'Apply' }).click();
			await page.getByText('Updated: 1 user was changed.').waitFor();
			assert.equal(await lastname(1), name);
			assert.deepEqual(await page.locator('.tabs a').allInnerTexts(), ['Errors and warnings', 'Changes 1', 'Users changed 1', 'Log']);
			await page.getByRole('link', { name: /^Changes/ }).click();
			await page.waitForURL(/show=changes/);
			assert.equal(await change(page, 'lastname'), seen);
			await page.context().close();
		});

		test('stops where the data changed since: nothing is applied, the new plan is shown, and can be', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			await send(page, updates, file('uuid,lastname,userfield', `${uuid(3)},Neu-${name},mine`));
			await site.psql(`UPDATE users SET lastname = 'Meanwhile' WHERE uuid = '${uuid(3)}'`);
			const before = await site.content();
			await page.getByRole('button', { name: 'Apply' }).click();
			await page.getByText('The data changed after the check. Nothing was applied.').waitFor();
			if (javaScriptEnabled)
				assert.equal(await page.evaluate(() => document.activeElement.id), 'result');
			assert.equal(await site.content(), before);
			assert.match(await change(page, 'lastname'), /Meanwhile/);
			await page.getByRole('button', { name: 'Apply' }).click();
			await page.getByText('Updated: 1 user was changed.').waitFor();
			assert.equal(await lastname(3), `Neu-${name}`);
			assert.equal(await page.getByText('The data changed since').count(), 0);
			await page.context().close();
		});

		test('says what is wrong by now, and applies nothing', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			await send(page, imports, file('firstname,email', `Late-${name},late-${name.toLowerCase()}@example.org`));
			await site.psql(`INSERT INTO users (tenant_id, firstname, email) VALUES (1, 'Faster', 'late-${name.toLowerCase()}@example.org')`);
			await page.getByRole('button', { name: 'Apply' }).click();
			await page.getByText('Nothing was imported: 1 error in 1 row.').waitFor();
			assert.match(await page.locator('table.issues').innerText(), /already exists/);
			assert.equal(await named(`Late-${name}`), 0);
			await page.context().close();
		});
	});

describe('Apply', () => {
	test('asked twice is done once', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, imports, file('firstname', 'Twice'));
		const { text } = await alice.get(jobPath(id));
		const fields = Object.fromEntries(['csrf', 'plan'].map((name) => [name, new RegExp(`name="${name}" value="([^"]*)"`).exec(text)[1]]));
		const answers = await Promise.all([0, 1].map(() => alice.post(`${jobPath(id)}/apply`, fields)));
		for (const answer of answers) {
			assert.equal(answer.status, 303);
			assert.match(answer.location, new RegExp(`${jobPath(id)}$`));
		}
		assert.equal((await site.jobEnded(id)).state, 'done');
		assert.equal((await alice.post(`${jobPath(id)}/apply`, fields)).status, 303);
		assert.equal(await named('Twice'), 1);
	});

	test('of a page that shows an older plan is not taken for the newer one', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, updates, file('uuid,lastname', `${uuid(2)},Older`));
		const answer = await apply(alice, id, { plan: 'another' });
		assert.equal(answer.status, 303);
		assert.equal((await site.job(id)).state, 'checked');
		assert.equal(await lastname(2), 'Michel');
	});

	test('is over when the file is kept no longer, which is said', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, imports, file('firstname', 'Gone'));
		const { text } = await alice.get(jobPath(id));
		const csrf = /name="csrf" value="([^"]*)"/.exec(text)[1];
		await site.psql(`UPDATE job SET kept_as_sent = false WHERE id = ${id}`);
		assert.equal((await alice.post(`${jobPath(id)}/apply`, { csrf })).status, 303);
		const page = await alice.get(jobPath(id));
		assert.match(page.text, /The file is no longer stored as it was uploaded, so this check cannot be applied\./);
		assert.doesNotMatch(page.text, /\/apply"/);
		assert.equal(await named('Gone'), 0);
	});

	test('is told as an import that runs, not as a check', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, imports, file('firstname', 'Held'));
		const held = await hold(site);
		const applied = apply(alice, id);
		await held.reached(id);
		const { text } = await alice.get(jobPath(id));
		assert.match(text, /The import continues in the background/);
		assert.match(text, /<title>(\d+ % - )?Import of people\.csv/);
		held.release();
		await applied;
		assert.equal((await site.jobEnded(id)).state, 'done');
	});

	test('is the right of who may make such a job, in its entity, with the token', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, imports, file('firstname', 'Theirs'));
		const csrf = async (client) => /name="csrf" value="([^"]*)"/.exec((await client.get('/services/ipbx/imports')).text)[1];
		const bob = await site.client('bob');
		assert.equal((await bob.post(`${jobPath(id)}/apply`, { csrf: await csrf(bob) })).status, 404);

		await site.psql(`UPDATE admin SET rights = '{users.read,users.update}' WHERE username = 'reader'`);
		const reader = await site.client('reader');
		const { text } = await reader.get(jobPath(id));
		assert.match(text, /Checked, nothing was imported/);
		assert.doesNotMatch(text, /\/apply"/);
		assert.equal((await reader.post(`${jobPath(id)}/apply`, { csrf: await csrf(reader) })).status, 403);
		await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
		assert.equal((await reader.post(`${jobPath(id)}/apply`, {})).status, 403);

		for (const token of ['', 'f'.repeat(64), await csrf(bob)])
			assert.equal((await alice.post(`${jobPath(id)}/apply`, { csrf: token })).status, 403);
		assert.equal((await alice.get(`${jobPath(id)}/apply`)).location, jobPath(id));
		assert.match((await (await site.client()).post(`${jobPath(id)}/apply`, {})).location, /^\/login/);
		for (const number of [0, 99999999, 'x'])
			assert.equal((await alice.post(`${jobPath(number)}/apply`, { csrf: await csrf(alice) })).status, 404, String(number));
		assert.equal((await site.job(id)).state, 'checked');
		assert.equal(await named('Theirs'), 0);
	});

	test('of what was no check does nothing', async () => {
		const alice = await site.client('alice');
		const id = await store(alice, imports, file('firstname', 'Plainly'));
		await site.jobEnded(id);
		const csrf = /name="csrf" value="([^"]*)"/.exec((await alice.get(jobPath(id))).text)[1];
		assert.equal((await alice.post(`${jobPath(id)}/apply`, { csrf })).status, 303);
		assert.equal((await site.job(id)).attempt, 1);
		assert.equal(await named('Plainly'), 1);
	});
});
