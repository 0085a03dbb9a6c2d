// Cancel a job, in the browser: while it waits, while it runs, too late.
import { test, before, beforeEach, describe } from 'node:test';
import assert from 'node:assert/strict';
import { check, file, hold, imports, jobPath, store, updates } from '../lib/checks.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;
let alice;
let before_;

before(async () => {
	site = await freshSite({ settings: { page_wait: 0, follow_seconds: 1 } });
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username IN ('alice', 'reader')`);
});

beforeEach(async () => {
	alice = await site.client('alice');
	before_ = await site.content();
});

const tokenOf = async (client) => /name="csrf" value="([^"]*)"/.exec((await client.get('/services/ipbx/imports')).text)[1];
const cancel = async (client, id) => client.post(`${jobPath(id)}/cancel`, { csrf: await tokenOf(client) });

// Stores a file of which no worker hears, and does something with its job.
async function waiting(form, chosen, action, act) {
	await site.stop('worker');
	try {
		await act(await store(alice, form, chosen, action));
	} finally {
		await site.start('worker');
	}
}

for (const javaScriptEnabled of [true, false])
	describe(`Cancel, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
		test('of a job that waits: it never runs', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			await waiting(imports, file('firstname', 'Never'), 'apply', async (id) => {
				await page.goto(jobPath(id));
				await page.getByRole('button', { name: 'Cancel the import' }).click();
				await page.getByText('Cancelled by alice: nothing was imported.').waitFor();
				assert.equal((await site.job(id)).state, 'cancelled');
			});
			const id = await store(alice, imports, file('firstname', 'Next'));
			assert.equal((await site.jobEnded(id)).state, 'done');
			assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Never'`), 0);
			await page.context().close();
		});

		test('of a job that runs: no effect at all, and its page says who', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const held = await hold(site);
			const id = await store(alice, updates, file('uuid,lastname', `${uuid(1)},Nobody`));
			await held.reached(id);
			await page.goto(jobPath(id));
			await page.getByRole('button', { name: 'Cancel the update' }).click();
			await page.getByText('Cancelled by alice: nothing was changed.').waitFor();
			held.release();
			assert.equal(await site.content(), before_);
			assert.deepEqual(await page.locator('.tabs a').allInnerTexts(), ['Log']);
			assert.match(await page.locator('table.log').innerText(), /begin/);
			assert.equal(await page.getByRole('link', { name: 'Uploaded file' }).count(), 1);
			assert.equal(await page.getByRole('button', { name: /Cancel|Apply/ }).count(), 0);
			await page.goto('/services/ipbx/imports');
			assert.match(await page.locator('main tbody tr').first().innerText(), /people\.csv\s+Update\s+alice\s+Cancelled/);
			await page.context().close();
		});
	});

describe('Cancel', () => {
	test('of a check is a check that was cancelled', async () => {
		await waiting(imports, file('firstname', 'Checked'), 'check', async (id) => {
			assert.match((await alice.get(jobPath(id))).text, /The check continues in the background[^]*Cancel the check/);
			assert.equal((await cancel(alice, id)).location, jobPath(id));
			assert.match((await alice.get(jobPath(id))).text, /The check was cancelled by alice: nothing was changed\./);
		});
	});

	test('of what is being applied leaves the changes of its check to be seen', async () => {
		const id = await check(site, alice, updates, file('uuid,lastname', `${uuid(1)},Planned`));
		const held = await hold(site);
		await alice.submit(jobPath(id), {}, 'apply"');
		await held.reached(id);
		await cancel(alice, id);
		held.release();
		const { text } = await alice.get(`${jobPath(id)}?show=changes`);
		assert.match(text, /Cancelled by alice: nothing was changed\./);
		assert.match(text, /Planned/);
		assert.doesNotMatch(text, /\/apply"/);
		assert.equal(await site.content(), before_);
	});

	test('that comes too late says so: the job is done', async () => {
		const id = await store(alice, imports, file('firstname', 'Done'));
		await site.jobEnded(id);
		const answer = await cancel(alice, id);
		assert.equal(answer.status, 303);
		assert.equal(answer.location, `${jobPath(id)}?late=1`);
		const page = await site.page('alice');
		await page.goto(answer.location);
		await page.getByText('It was too late to cancel: the import is done.').waitFor();
		await page.getByText('Imported: 1 user was created.').waitFor();
		await page.context().close();
		assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Done'`), 1);
		await site.psql(`DELETE FROM users WHERE firstname = 'Done'`);
	});

	test('is not said to be late of a job that had no effect', async () => {
		const id = await store(alice, imports, file('firstname,email', 'Wrong,no-address'));
		await site.jobEnded(id);
		assert.equal((await cancel(alice, id)).location, jobPath(id));
		assert.doesNotMatch((await alice.get(`${jobPath(id)}?late=1`)).text, /too late/);
	});

	test('twice is once', async () => {
		await waiting(imports, file('firstname', 'Twice'), 'apply', async (id) => {
			for (const answer of await Promise.all([cancel(alice, id), cancel(alice, id)]))
				assert.equal(answer.location, jobPath(id));
			assert.equal((await site.job(id)).state, 'cancelled');
		});
	});

	test('that a worker has not heard yet is told in place of the button', async () => {
		await waiting(imports, file('firstname', 'Deaf'), 'apply', async (id) => {
			const page = await site.page('alice');
			await page.goto(jobPath(id));
			const button = page.getByRole('button', { name: 'Cancel the import' });
			await button.focus();
			await page.evaluate(() => { globalThis.samePage = true; });
			// As the job of a worker that is gone.
			await site.psql(`UPDATE job SET state = 'running', started_at = now(), attempt = 1, phase = 'judging',
				total = 4, done = 1, percent = 40 WHERE id = ${id}`);
			await page.getByText('step 1 of 4').waitFor();
			// What is replaced while the page follows takes no focus away.
			assert.equal(await button.evaluate((node) => node === document.activeElement), true);
			await site.psql(`UPDATE job SET cancelled_by = 'alice' WHERE id = ${id}`);
			await page.getByText('alice asked to cancel this job.').waitFor();
			assert.equal(await page.evaluate(() => document.activeElement.id), 'cancel');
			assert.equal(await page.evaluate(() => globalThis.samePage), true);
			await site.start('worker');
			await page.getByText('Cancelled by alice: nothing was imported.').waitFor();
			await page.context().close();
			await site.stop('worker');
		});
	});

	test('is the right of who may make such a job, in its entity, with the token', async () => {
		await waiting(imports, file('firstname', 'Theirs'), 'apply', async (id) => {
			const bob = await site.client('bob');
			assert.equal((await cancel(bob, id)).status, 404);
			await site.psql(`UPDATE admin SET rights = '{users.read,users.update}' WHERE username = 'reader'`);
			const reader = await site.client('reader');
			assert.doesNotMatch((await reader.get(jobPath(id))).text, /\/cancel"/);
			assert.equal((await cancel(reader, id)).status, 403);
			await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
			assert.equal((await reader.post(`${jobPath(id)}/cancel`, {})).status, 403);
			for (const token of ['', 'f'.repeat(64), await tokenOf(bob)])
				assert.equal((await alice.post(`${jobPath(id)}/cancel`, { csrf: token })).status, 403);
			assert.equal((await alice.get(`${jobPath(id)}/cancel`)).location, jobPath(id));
			assert.match((await (await site.client()).post(`${jobPath(id)}/cancel`, {})).location, /^\/login/);
			for (const number of [0, 99999999, 'x'])
				assert.equal((await alice.post(`${jobPath(number)}/cancel`, { csrf: await tokenOf(alice) })).status, 404);
			assert.equal((await site.job(id)).state, 'queued');
		});
		await site.jobEnded(await site.value('SELECT max(id) FROM job'));
		await site.psql(`DELETE FROM users WHERE firstname = 'Theirs'`);
	});
});
