// What runs is followed from wherever one is: the tab's title, the badge in the menu, the
// rows of the history, and a notice on the next page when one's job has ended.
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { file, imports, jobPath, store } from '../lib/checks.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const history = '/services/ipbx/imports';

let site, alice;
before(async () => {
	site = await freshSite({ settings: { page_wait: 0, follow_seconds: 1 } });
	await site.psql(`UPDATE admin SET language = 'en'`);
	alice = await site.client('alice');
	await site.stop('worker');
});
beforeEach(() => site.psql('DELETE FROM job'));

// A job that runs, as a worker leaves it that has got that far.
async function running(percent, rows = ['Ann']) {
	const id = await store(alice, imports, file('firstname', ...rows));
	await site.psql(`UPDATE job SET state = 'running', started_at = now(), attempt = 1, phase = 'applying',
		percent = ${percent} WHERE id = ${id}`);
	return id;
}
const ends = (id, state = 'done') => site.psql(`UPDATE job SET state = '${state}', phase = NULL, ended_at = now(),
	${state === 'cancelled' ? `cancelled_by = 'bob',` : ''} percent = 100, rows = 1 WHERE id = ${id}`);

test('the title of the tab has the percentage, and follows it', async () => {
	const id = await running(40);
	const page = await site.page('alice');
	await page.goto(jobPath(id));
	assert.match(await page.title(), /^40 % - /);
	await site.psql(`UPDATE job SET percent = 70 WHERE id = ${id}`);
	await page.waitForFunction(() => document.title.startsWith('70 % - '));
	await ends(id);
	await page.waitForFunction(() => !/%/.test(document.title));
	await page.context().close();
});

test('the menu counts the jobs of the scope that wait or run, on every page, without scripts too', async () => {
	for (const javaScriptEnabled of [true, false]) {
		const page = await site.page('alice', { javaScriptEnabled });
		await page.goto(users);
		assert.equal(await page.locator('#badge').isVisible(), false);
		const id = await running(10);
		await store(alice, imports, file('firstname', 'Ben'));
		await page.goto(users);
		assert.match(await page.locator('#badge').textContent(), /^2\(2 jobs wait or run\)$/);
		assert.match((await (await site.client('bob')).get(users)).text, /id="badge"[^>]* hidden/);
		if (javaScriptEnabled)
			await assertAccessible(page);
		await ends(id);
		await site.psql('DELETE FROM job');
		await page.context().close();
	}
});

test('a row of the history lives: its percentage and its end come by themselves', async () => {
	const id = await running(10);
	const page = await site.page('alice');
	await page.goto(history);
	const row = page.locator(`#job-${id}`);
	assert.match(await row.innerText(), /10 %/);
	await row.locator('a').focus();
	await site.psql(`UPDATE job SET percent = 55 WHERE id = ${id}`);
	await page.waitForFunction((at) => document.getElementById(at).innerText.includes('55 %'), `job-${id}`);
	// The keyboard stays where it was.
	assert.equal(await page.evaluate(() => document.activeElement.closest('tr')?.id), `job-${id}`);
	await ends(id, 'failed');
	await page.waitForFunction((at) => !document.getElementById(at).dataset.alive, `job-${id}`);
	assert.match(await page.locator('#spoken').textContent(), /people\.csv: \S/);
	assert.equal(await page.locator('#badge').isVisible(), false);
	await assertAccessible(page);
	await page.context().close();
});

test('without scripts the history shows what is so when it is loaded', async () => {
	const id = await running(33);
	const page = await site.page('alice', { javaScriptEnabled: false });
	await page.goto(history);
	assert.match(await page.locator(`#job-${id}`).innerText(), /33 %/);
	await page.context().close();
});

test('the end of one\'s job is told on the next page, once, to nobody else', async () => {
	const page = await site.page('alice');
	for (const [state, text] of [['done', /Job \d+ has ended: done\. \(\S+\)/], ['failed', /with errors: nothing was changed/],
		['cancelled', /was cancelled/]]) {
		const id = await running(10);
		await ends(id, state);
		const other = await site.client('bob');
		assert.doesNotMatch((await other.get(users)).text, new RegExp(jobPath(id)));
		// A script that looks at its page again takes no notice away.
		await alice.get(users, { headers: { 'sec-fetch-dest': 'empty' } });
		await page.goto(users);
		assert.match(await page.locator('.box.notice').innerText(), text);
		assert.equal(await page.locator('.box.notice a').getAttribute('href'), jobPath(id));
		await assertAccessible(page);
		await page.goto(users);
		assert.equal(await page.locator('.box.notice').count(), 0);
	}
	await page.setViewportSize({ width: 390, height: 844 });
	const first = await running(10), second = await store(alice, imports, file('firstname', 'Ben'));
	await ends(first);
	await site.psql(`UPDATE job SET started_at = now() WHERE id = ${second}`);
	await ends(second);
	await page.goto(users);
	assert.match(await page.locator('.box.notice').innerText(), /2 of your jobs have ended/);
	await assertFits(page);
	await page.context().close();
});

test('who has seen the end on the job\'s page is not told again', async () => {
	const id = await running(10);
	await ends(id);
	const page = await site.page();
	await page.goto('/login');
	await page.fill('#username', 'alice');
	await page.fill('#password', 'alice-Secret-1');
	// Straight to the job's page.
	await page.evaluate((go) => { document.querySelector('[name=go]').value = go; }, jobPath(id));
	await page.press('#password', 'Enter');
	await page.waitForURL(new RegExp(jobPath(id)));
	assert.equal(await page.locator('.box.notice a').count(), 0);
	await page.goto(users);
	assert.equal(await page.locator('.box.notice').count(), 0);
	await page.context().close();
});
