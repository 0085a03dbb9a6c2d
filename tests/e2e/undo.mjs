// Undo, in the browser: the plan first, then it is done; what was changed since stays, or
// is undone too; an undo is undone; deletions are in the history.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { file, imports, jobPath, send, updates } from '../lib/checks.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const history = '/services/ipbx/imports';

let site;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'reader')`);
});

const user = (n) => site.value(`SELECT concat_ws(' ', firstname, lastname, userfield) FROM users WHERE uuid = '${uuid(n)}'`);
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const shown = (page) => page.locator('#result').innerText();
const picture = async (page, name) => process.env.PICTURES && page.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });

for (const javaScriptEnabled of [true, false])
	describe(`Undo, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
		test('shows what would go back, does it once it is confirmed, and is undone', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const before = await user(1);
			const id = await send(page, updates, file('uuid,lastname,userfield', `${uuid(1)},Wrong,oops`), 'Update');
			assert.equal(await user(1), 'Fodé Wrong oops');
			assert.deepEqual(await page.locator('table.changes tbody code').allInnerTexts().then((all) => all.slice(0, 3)), []);
			await page.getByRole('link', { name: /^Changes/ }).click();
			assert.match(await page.locator('table.changes').innerText(), /lastname[\s\S]*Sanderson[\s\S]*Wrong/);
			await press(page, 'Undo');
			await page.getByText('Checked, nothing was changed yet: 1 user would go back.').waitFor();
			assert.match(await page.locator('table.changes').innerText(), /lastname[\s\S]*Wrong[\s\S]*Sanderson/);
			assert.match(await page.locator('table.changes tbody tr').first().innerText(), /^Fodé/, 'who, and no row of a file');
			assert.equal(await user(1), 'Fodé Wrong oops', 'not before it is confirmed');
			if (javaScriptEnabled)
				await assertAccessible(page);
			await assertFits(page);
			await picture(page, 'undo-plan');
			await press(page, 'Apply');
			await page.getByText('Undone: 1 user.').waitFor();
			assert.equal(await user(1), before);
			await picture(page, 'undo-done');
			await page.goto(jobPath(id));
			assert.match(await page.innerText('main'), /This was undone\./);
			assert.equal(await page.getByRole('button', { name: 'Undo', exact: true }).count(), 0);
			await page.getByRole('link', { name: 'Show the undo' }).click();
			await press(page, 'Redo');
			await press(page, 'Apply');
			await page.getByText('Undone: 1 user.').waitFor();
			assert.equal(await user(1), 'Fodé Wrong oops');
			await press(page, 'Redo');
			await press(page, 'Apply');
			await page.getByText('Undone: 1 user.').waitFor();
			assert.equal(await user(1), before);
			await page.context().close();
		});

		test('keeps what was changed since, or undoes that too', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const before = await user(2);
			const id = await send(page, updates, file('uuid,lastname,userfield', `${uuid(2)},Wrong,oops`), 'Update');
			await send(page, updates, file('uuid,userfield', `${uuid(2)},mine`), 'Update');
			await page.goto(jobPath(id));
			await press(page, 'Undo');
			await page.getByText(/1 user would go back, with 1 warning/).waitFor();
			await page.click('text=Show what was changed since');
			assert.match(await page.locator('table.issues').innerText(), /userfield was changed since: it stays 'mine'/);
			assert.deepEqual(await page.locator('table.issues thead th').allInnerTexts(), ['Level', 'Column', 'Value', 'Problem']);
			await picture(page, 'undo-kept');
			await press(page, 'Undo those changes too');
			await page.getByText('Checked, nothing was changed yet: 1 user would go back.').waitFor();
			await press(page, 'Apply');
			await page.getByText('Undone: 1 user.').waitFor();
			assert.equal(await user(2), before);
			await page.context().close();
		});

		test('brings back who was deleted on the list, and lets go whom an import made', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const before = await site.value(`SELECT to_json(r) FROM user_row r WHERE uuid = '${uuid(1)}'`);
			await page.goto(`/services/ipbx/users/${uuid(1)}`);
			await page.getByRole('button', { name: 'Delete' }).click();
			await page.getByRole('button', { name: 'Delete', exact: true }).click();
			assert.equal(await user(1), undefined);
			await page.goto(history);
			await page.getByRole('link', { name: /^Deletion \d+: Fodé Sanderson/ }).first().click();
			assert.match(await shown(page), /1 user was deleted/);
			if (javaScriptEnabled)
				await assertAccessible(page);
			await picture(page, 'undo-deletion');
			await press(page, 'Undo');
			await press(page, 'Apply');
			await page.getByText('Undone: 1 user.').waitFor();
			assert.deepEqual(await site.value(`SELECT to_json(r) FROM user_row r WHERE uuid = '${uuid(1)}'`), before);

			await send(page, imports, file('firstname,username', `Mistake,mistake-${javaScriptEnabled}`), 'Import');
			await press(page, 'Undo');
			await press(page, 'Apply');
			await page.getByText('Undone: 1 user.').waitFor();
			assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Mistake'`), 0);
			await page.context().close();
		});
	});

test('who may not change users has no Undo, and is refused', async () => {
	const page = await site.page('alice');
	const id = await send(page, updates, file('uuid,lastname', `${uuid(3)},Wrong`), 'Update');
	await page.context().close();
	const reader = await site.client('reader');
	const answer = await reader.get(jobPath(id));
	assert.doesNotMatch(answer.text, new RegExp(`action="${jobPath(id)}/undo"`));
	assert.equal((await reader.post(`${jobPath(id)}/undo`, {})).status, 403);
});
