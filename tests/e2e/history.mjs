// What happened to a user, and on a day, in the browser: who, when, by which job, and what
// was and is in each cell.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { file, imports, jobPath, send, updates } from '../lib/checks.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const changes = '/services/ipbx/imports/changes';
const today = new Date().toISOString().slice(0, 10);

let site, page, job;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'reader')`);
	page = await site.page('alice', { viewport: { width: 1280, height: 900 } });
	await send(page, imports, file('firstname,lastname', 'New,One', 'New,Two'), 'Import');
	job = await send(page, updates, file('uuid,lastname,exten,enabled,voicemail_password,labels',
		`${uuid(1)},Sander,1010,0,9876,support`), 'Update');
	const api = `UPDATE job SET ended_at = ended_at - interval '1 s' WHERE id = ${job}`;
	await site.psql(api);
});

const picture = async (of, name) => process.env.PICTURES && of.screenshot({ path: `${process.env.PICTURES}/${name}.png`, fullPage: true });
const rows = (of) => of.locator('table.history tbody tr:not(.of-job)').allInnerTexts();
const cells = async (of) => (await rows(of)).map((row) => row.replace(/\s+/g, ' ').trim());

describe('The history of a user', () => {
	test('says when, by whom, which job, and each cell by its label', async () => {
		await page.goto(`${users}/${uuid(1)}/history`);
		assert.equal(await page.innerText('h1'), 'History of Fodé Sander');
		assert.match(await page.locator('.of-job').innerText(), /alice\s+Update from people\.csv/);
		const told = await cells(page);
		for (const row of [/^Last name .*Sanderson .*Sander$/, /Phone number.* 1000 .*1010$/, /^Enabled.* yes .*no$/i, /Labels.* empty .*support$/])
			assert.ok(told.some((cell) => row.test(cell)), `${row} of ${JSON.stringify(told)}`);
		assert.ok(told.some((cell) => /^Voicemail · Password.*\*{8}.*\*{8}/.test(cell)), 'a secret changed');
		assert.doesNotMatch(await page.content(), /(?<![\w-])9876(?![\w-])/);
		await assertAccessible(page);
		await assertFits(page);
		await picture(page, 'history-user');
		await page.getByRole('link', { name: 'Update from people.csv' }).click();
		await page.waitForURL(new RegExp(`${jobPath(job)}$`));
	});

	test('of who was changed by nobody says so', async () => {
		await page.goto(`${users}/${uuid(2)}/history`);
		assert.match(await page.innerText('main'), /Nothing is known of this user's changes/);
	});

	test('is there after the user was deleted, from the page of the day', async () => {
		await page.goto(`${users}?q=Mao`);
		await page.getByRole('button', { name: /^Delete Mao/ }).click();
		await page.getByRole('button', { name: /^Delete/ }).last().click();
		await page.getByText(/deleted/i).first().waitFor();
		await page.goto('/services/ipbx/imports');
		await page.getByRole('link', { name: 'Changes by day' }).click();
		await page.waitForURL(/changes$/);
		await picture(page, 'history-day');
		assert.match((await cells(page))[0], /^Mao Abdoulai Deleted$/);
		await page.getByRole('link', { name: 'Mao Abdoulai', exact: true }).click();
		await page.getByText('This user was deleted.').waitFor();
		assert.deepEqual(await cells(page), ['Deleted']);
	});
});

describe('The changes of a day', () => {
	test('are those of all jobs, an import in one line; other days are a click away', async () => {
		await page.goto(`${changes}?day=${today}`);
		const told = await cells(page);
		assert.ok(told.some((cell) => cell === '2 users Created'), JSON.stringify(told));
		assert.ok(told.some((cell) => /^Fodé Sander Last name/.test(cell)), JSON.stringify(told));
		await assertAccessible(page);
		await assertFits(page);
		await page.getByRole('link', { name: 'The day before' }).click();
		await page.getByText('Nothing was changed on this day.').waitFor();
		await page.fill('#day', today);
		await page.getByRole('button', { name: 'Show' }).click();
		await page.locator('.of-job').first().waitFor();
	});

	test('fit a narrow window, dark and in French', async () => {
		const narrow = await site.page('alice', { viewport: { width: 390, height: 800 }, colorScheme: 'dark', locale: 'fr' });
		await site.psql(`UPDATE admin SET language = 'fr' WHERE username = 'alice'`);
		await narrow.goto(`${changes}?day=${today}`);
		await assertFits(narrow);
		await assertAccessible(narrow);
		await picture(narrow, 'history-day-narrow');
		await narrow.goto(`${users}/${uuid(1)}/history`);
		await assertFits(narrow);
		await picture(narrow, 'history-user-narrow');
		await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
	});

	test('name a day that there is not', async () => {
		await page.goto(`${changes}?day=2026-02-30`);
		await page.getByText('Write a day such as 2026-01-31.').first().waitFor();
	});

	test('are shown to who may read users, without links to jobs that he may not see', async () => {
		const reader = await site.page('reader');
		await reader.goto(`${changes}?day=${today}`);
		assert.equal(await reader.locator('.of-job').count() > 0, true);
		assert.equal(await reader.locator('.of-job a').count(), 0);
	});
});
