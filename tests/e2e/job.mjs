// A job's page: waiting, running, arriving at its report by itself; the report;
// the history.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { jobId } from '../lib/client.mjs';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const form = '/services/ipbx/users/import';
const path = (id) => `/services/ipbx/imports/${id}`;

let site;

before(async () => {
	site = await freshSite({ settings: { page_wait: 1, follow_seconds: 1 } });
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});

let files = 0;

// A file that nobody sent before, with users of its own.
const fresh = (rows = 1) => Buffer.from(`firstname\n${`Job ${++files}\n`.repeat(rows)}`);

// A job's row as no worker wrote it.  `values` are SQL by column.
async function writeJob(values) {
	const row = { tenant_id: '1', admin_id: '1', admin_name: `'alice'`, kind: `'import'`, file_name: `'made.csv'`,
		bytes: '100', sha256: `sha256('x')`, nonce: `gen_random_uuid()::text`, ...values };
	const [{ id }] = JSON.parse(await site.psql(`WITH made AS (INSERT INTO job (${Object.keys(row)})
		VALUES (${Object.values(row)}) RETURNING id) SELECT json_agg(made) FROM made`));
	return id;
}

const ended = { started_at: `now() - interval '5 s'`, ended_at: 'now()', attempt: '1' };

// With no worker running: what waits goes on waiting, and a running job that a
// test wrote is not rescued.  Afterwards the queue is worked off.
async function withoutWorker(act) {
	await site.stop('worker');
	try {
		await act();
	} finally {
		await site.start('worker');
		for (const { id } of await site.sql(`SELECT id FROM job WHERE ended_at IS NULL`))
			await site.jobEnded(id);
	}
}

describe('a job that outlasts the wait', () => {
	test('continues in the background, and its page arrives at the report by itself', async () => {
		const page = await site.page('alice');
		await site.stop('worker');
		await page.goto(form);
		await page.setInputFiles('#file', { name: 'later.csv', mimeType: 'text/csv', buffer: fresh(2) });
		await page.click('.import-form button');
		await page.getByRole('heading', { name: 'The import continues in the background' }).waitFor();
		await page.getByText(`The result is also written to ${site.dir}/log/import.log.`).waitFor();
		await page.getByText('Waiting', { exact: true }).first().waitFor();
		// Nobody takes it: that is said, in place, without a new page.
		await page.evaluate(() => { globalThis.samePage = true; });
		await page.locator('#hitch', { hasText: 'No worker is running at the moment' }).waitFor();
		assert.match(await page.locator('#spoken').textContent(), /^Warning: No worker is running at the moment/);
		await assertAccessible(page);

		await site.start('worker');
		await page.getByText('Imported: 2 users were created.').waitFor();
		assert.equal(await page.evaluate(() => globalThis.samePage), true);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'result');
		assert.equal(await page.title(), 'Import of later.csv - Rollcall');
		assert.equal(await page.locator('progress').count(), 0);
		await assertAccessible(page);
		await page.context().close();
	});

	test('does so without JavaScript too', async () => {
		const page = await site.page('alice', { javaScriptEnabled: false });
		await site.stop('worker');
		await page.goto(form);
		await page.setInputFiles('#file', { name: 'plain.csv', mimeType: 'text/csv', buffer: fresh() });
		await page.click('.import-form button');
		await page.getByRole('heading', { name: 'The import continues in the background' }).waitFor();
		await site.start('worker');
		await page.getByText('Imported: 1 user was created.').waitFor();
		assert.equal(await page.locator('meta[http-equiv=refresh]').count(), 0);
		await page.context().close();
	});

	test('asks browsers without scripts to come again', async () => {
		const alice = await site.client('alice');
		await withoutWorker(async () => {
			const answer = await alice.upload(fresh());
			assert.equal(answer.status, 303);
			const { text } = await alice.get(answer.location);
			assert.match(text, /http-equiv="refresh" content="5"/);
			assert.match(text, /data-follow="1"/);
		});
	});

	test('can be left alone: following stops where asked', async () => {
		const alice = await site.client('alice');
		await withoutWorker(async () => {
			const { location } = await alice.upload(fresh());
			const { text } = await alice.get(`${location}?follow=0`);
			assert.doesNotMatch(text, /http-equiv="refresh"/);
			assert.match(text, /data-stopped/);
			assert.match(text, /Refresh again/);
			assert.doesNotMatch(text, /follows it by itself/);
			assert.match((await alice.get(location)).text, /This page refreshes itself\./);
		});
	});

	test('knows its place in the queue', async () => {
		const alice = await site.client('alice');
		let second;
		await withoutWorker(async () => {
			const first = await alice.upload(fresh());
			second = await alice.upload(fresh());
			assert.match((await alice.get(first.location)).text, /This job is next\./);
			assert.match((await alice.get(second.location)).text, /1 job is ahead of this one\./);
		});
		assert.equal((await site.jobEnded(jobId(second))).state, 'done');
	});

	test('is followed again when a server that was away is back', async () => {
		const page = await site.page('alice');
		await withoutWorker(async () => {
			const id = await writeJob({ state: `'running'`, phase: `'reading'`, started_at: 'now()', attempt: '1', done: '10', total: '100' });
			await page.goto(path(id));
			await site.stop('pages');
			await page.getByRole('status').filter({ hasText: 'The server does not answer at the moment.' }).waitFor();
			await site.start('pages');
			await page.getByText('The server does not answer at the moment.').waitFor({ state: 'hidden' });
			await site.psql(`UPDATE job SET state = 'done', ended_at = now(), counts = '{"users": 1}' WHERE id = ${id}`);
			await page.getByText('Imported: 1 user was created.').waitFor();
		});
		await page.context().close();
	});
});

describe('progress', () => {
	const phases = ['reading', 'checking', 'hashing', 'judging', 'planning', 'applying', 'finishing'];

	test('is what the database says, with words for every phase', async () => {
		const alice = await site.client('alice');
		await withoutWorker(async () => {
			const id = await writeJob({ state: `'running'`, phase: `'reading'`, started_at: 'now()', attempt: '1' });
			for (const [i, phase] of phases.entries()) {
				await site.psql(`UPDATE job SET phase = '${phase}', done = ${i}, total = 100, percent = ${10 * i} WHERE id = ${id}`);
				const { text } = await alice.get(path(id));
				assert.equal(/<progress[^>]* value="(\d+)"/.exec(text)[1], String(10 * i));
				assert.match(text, new RegExp(`>${10 * i} %<`));
				assert.doesNotMatch(text, /job\.phase\./);
			}
			await site.psql(`DELETE FROM job WHERE id = ${id}`);
		});
	});

	test('is accessible, fits 320 pixels, and says that it begins anew', async () => {
		const page = await site.page('alice', { viewport: { width: 320, height: 700 }, colorScheme: 'dark' });
		await withoutWorker(async () => {
			const id = await writeJob({ state: `'running'`, phase: `'judging'`, started_at: 'now()', attempt: '2', done: '1', total: '4' });
			await page.goto(path(id));
			await page.getByText('(attempt 2)').waitFor();
			await assertFits(page);
			await assertAccessible(page);
			await site.psql(`DELETE FROM job WHERE id = ${id}`);
		});
		await page.context().close();
	});
});

describe('a report', () => {
	let alice;
	let wrong;

	before(async () => {
		alice = await site.client('alice');
		const rows = Array.from({ length: 125 }, (_, i) => `,user${i}@example.com,`).join('\n');
		wrong = jobId(await alice.upload(Buffer.from(`firstname,email,fistname,language\n${rows}\nA,not-an-email,,xx_XX\n`.replaceAll('com,\n', 'com,,\n')),
			{ fields: { unknown: 'ignore' } }));
		await site.jobEnded(wrong);
	});

	test('shows causes first: errors before warnings, each with its rows on demand', async () => {
		const page = await site.page('alice');
		await page.goto(path(wrong));
		const causes = page.locator('table.causes tbody tr');
		const levels = await causes.locator('.mark').allInnerTexts();
		assert.deepEqual(levels, ['Error', 'Error', 'Error', 'Warning']);
		assert.match(await causes.first().innerText(), /firstname\s+125 rows/);
		assert.equal(await page.locator('table.issues').count(), 0);
		await assertFits(page);
		await assertAccessible(page);
		await causes.first().getByRole('link').click();
		await page.waitForURL(/cause=\d+/);
		assert.equal(await page.locator('table.issues tbody tr').count(), 100);
		await page.locator('.pager a[rel=next]').click();
		await page.waitForURL(/cause=\d+&page=2/);
		assert.equal(await page.locator('table.issues tbody tr').count(), 25);
		await page.getByRole('link', { name: 'All causes' }).click();
		await causes.first().waitFor();
		await page.context().close();
	});

	test('shows the first error without scrolling, and the facts on demand', async () => {
		for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
			const page = await site.page('alice', { viewport });
			await page.goto(path(wrong));
			const box = await page.locator('table.causes tbody tr').first().boundingBox();
			assert.ok(box.y + Math.min(box.height, 60) <= viewport.height, `${viewport.width}: ${box.y}`);
			assert.equal(await page.locator('dl.facts').isVisible(), false);
			await page.getByText('Details', { exact: true }).click();
			assert.equal(await page.locator('dl.facts').isVisible(), true);
			await page.context().close();
		}
	});

	test('names the user beside the row', async () => {
		const page = await site.page('alice');
		await page.goto(`${path(wrong)}?show=issues&column=language`);
		assert.match(await page.locator('table.issues tbody tr').innerText(), /Error\s+127\s+A\s+language/);
		await page.context().close();
	});

	test('shows a hundred issues a page, errors first, in the order of the file', async () => {
		const page = await site.page('alice');
		await page.goto(`${path(wrong)}?show=issues&rows=all`);
		const rows = page.locator('table.issues tbody tr');
		assert.equal(await rows.count(), 100);
		assert.match(await page.locator('.pager-rows').innerText(), /^1–100 of \d+$/);
		await page.locator('.pager a[rel=next]').click();
		await page.waitForURL(/page=2/);
		assert.ok(await rows.count() < 100);
		const numbers = await page.locator('table.issues tbody tr.error td:nth-child(2)').allInnerTexts();
		assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
		await page.context().close();
	});

	test('is filtered by level and by column', async () => {
		const page = await site.page('alice');
		await page.goto(path(wrong));
		await page.selectOption('#level', 'warning');
		await page.click('.filter button');
		await page.waitForURL(/level=warning/);
		assert.deepEqual(await page.locator('table.issues .mark').allInnerTexts(), ['Warning']);
		assert.equal(await page.inputValue('#level'), 'warning');
		await page.selectOption('#level', 'error');
		await page.selectOption('#column', 'language');
		await page.click('.filter button');
		await page.waitForURL(/column=language/);
		assert.match(await page.locator('table.issues tbody').innerText(), /xx_XX/);
		assert.equal(await page.locator('table.issues tbody tr').count(), 1);
		await page.selectOption('#level', 'warning');
		await page.click('.filter button');
		await page.getByText('Nothing matches this filter.').waitFor();
		await assertAccessible(page);
		await page.context().close();
	});

	test('keeps its filter from page to page', async () => {
		const { text } = await alice.get(`${path(wrong)}?level=error&column=firstname`);
		assert.match(text, /href="[^"]*level=error&amp;column=firstname&amp;page=2"/);
	});

	test('takes no nonsense in its address for more than nothing', async () => {
		for (const query of ['page=0', 'page=-1', 'page=x', 'show=x', 'level=x', `column=${encodeURIComponent(`'"><b>`)}`])
			assert.equal((await alice.get(`${path(wrong)}?${query}`)).status, 200, query);
	});

	test('leads from a page past the end to the last one', async () => {
		for (const [query, last] of [['page=99999', 'show=issues&page=1'],
			['rows=all&page=99999', 'show=issues&rows=all&page=2'], ['show=issues&page=3&level=error&column=firstname',
			'show=issues&level=error&column=firstname&page=2'], ['show=issues&level=warning&page=2', 'show=issues&level=warning&page=1'],
			['show=log&page=7', 'show=log&page=1'], ['show=issues&column=nothing&page=5', 'show=issues&column=nothing&page=1']]) {
			const answer = await alice.get(`${path(wrong)}?${query}`);
			assert.deepEqual([answer.status, answer.location], [303, `${path(wrong)}?${last}`], query);
			assert.equal((await alice.get(answer.location)).status, 200, query);
		}
	});

	test('counts the rows that are wrong, and says when, who and how long', async () => {
		const { text } = await alice.get(path(wrong));
		assert.match(text, /Nothing was imported: 127 errors in 126 rows\. Correct your file and import it again\./);
		assert.match(text, /<time datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC<\/time>/);
		assert.match(text, /<dt>Sent by<\/dt><dd>alice<\/dd>/);
		assert.doesNotMatch(text, /Users created|show=users/);
		assert.match(text, /<dd>(&lt; )?\d+(\.\d)? s<\/dd>/);
	});

	test('has the lines of the log', async () => {
		const page = await site.page('alice');
		await page.goto(path(wrong));
		await page.getByRole('link', { name: 'Log', exact: true }).click();
		await page.waitForURL(/show=log/);
		const lines = await page.locator('table.log tbody tr').allInnerTexts();
		assert.ok(lines.length >= 2);
		assert.match(lines[0], /begin/);
		await assertAccessible(page);
		await page.context().close();
	});

	test('tells of users that are gone since', async () => {
		const id = jobId(await alice.upload(fresh()));
		await site.jobEnded(id);
		await site.psql(`DELETE FROM users WHERE id IN (SELECT user_id FROM job_user WHERE job_id = ${id})`);
		const { text } = await alice.get(`${path(id)}?show=users`);
		assert.match(text, />deleted</);
	});

	test('says when it was given up', async () => {
		const id = await writeJob({ ...ended, state: `'failed'`, attempt: '5' });
		const { text } = await alice.get(path(id));
		assert.match(text, /Nothing was imported: the import was interrupted 5 times and was given up\.<\/p><p>Each time its worker stopped/);
		const history = await alice.get('/services/ipbx/imports');
		assert.match(history.text, /<li>given up<\/li>/);
	});

	test('fits 320 pixels in every section', async () => {
		const page = await site.page('alice', { viewport: { width: 320, height: 700 } });
		const good = jobId(await alice.upload(fresh(3)));
		await site.jobEnded(good);
		for (const [id, show] of [[wrong, 'issues'], [wrong, 'log'], [good, 'users'], [good, 'issues']]) {
			await page.goto(`${path(id)}?show=${show}`);
			await assertFits(page);
			await assertAccessible(page);
		}
		await page.context().close();
	});
});

describe('the jobs of others', () => {
	test('do not exist', async () => {
		const bob = await site.client('bob');
		const id = jobId(await bob.upload(fresh()));
		await site.jobEnded(id);
		const alice = await site.client('alice');
		for (const number of [id, 0, -1, 999999999, 99999999999, 'x', '1x'])
			assert.equal((await alice.get(path(number))).status, 404, String(number));
		assert.doesNotMatch((await alice.get('/services/ipbx/imports')).text, new RegExp(`imports/${id}"`));
		assert.equal((await bob.get(path(id))).status, 200);
	});
});

describe('the history', () => {
	test('lists the jobs of the entity, newest first, twenty a page', async () => {
		for (let i = 1; i <= 22; i++)
			await writeJob({ ...ended, state: `'done'`, tenant_id: '2', admin_name: `'bob'`, file_name: `'file-${i}.csv'`,
				counts: `'{"users": ${i}, "lines": 1}'`, warnings: i === 22 ? '3' : '0' });
		await writeJob({ ...ended, state: `'failed'`, tenant_id: '2', admin_name: `'bob'`, file_name: `'last.csv'`, errors: '4' });
		const page = await site.page('bob');
		await page.goto('/services/ipbx/imports');
		const rows = page.locator('table.imports tbody tr');
		assert.equal(await rows.count(), 20);
		assert.match(await rows.nth(0).innerText(), /\d\d:\d\d\s+last\.csv\s+Import\s+bob\s+Failed\s+4 errors\s+5 s/);
		assert.match(await rows.nth(1).innerText(), /file-22\.csv\s+Import\s+bob\s+Done\s+22 users\s+1 line\s+3 warnings/);
		await page.goto('/services/ipbx/imports?page=99');
		assert.match(page.url(), /page=2$/);
		await page.goto('/services/ipbx/imports');
		await page.locator('.pager a[rel=next]').click();
		await page.waitForURL(/page=2/);
		await page.getByRole('link', { name: /file-1\.csv/ }).click();
		await page.getByText('Imported: 1 user was created.').waitFor();
		await page.context().close();
	});

	test('tells times as the reader\'s clock has them, and without scripts as the server\'s', async () => {
		const text = '2026-07-01 22:05:00 UTC';
		await writeJob({ ...ended, created_at: `'${text}'`, state: `'done'`, tenant_id: '2', admin_name: `'bob'` });
		for (const [locale, now, said, full] of [
			['en-US', '2026-07-02T12:00:00Z', 'Today 00:05', /^Thursday.*2 July 2026 at 00:05:00 (CEST|GMT\+2)$/],
			['en-GB', '2026-11-29T12:00:00Z', '2 Jul 00:05', /^Thursday.*2 July 2026 at 00:05:00 (CEST|GMT\+2)$/],
			['en-GB', '2027-01-02T12:00:00Z', '2 Jul 2026 00:05', /^Thursday.*2 July 2026 at 00:05:00 (CEST|GMT\+2)$/],
			['fr-FR', '2026-07-02T12:00:00Z', 'Aujourd’hui 00:05', /^jeudi 2 juillet 2026 à 00:05:00 UTC\+2$/],
			['fr-FR', '2026-11-29T12:00:00Z', '2 juil. 00:05', /^jeudi 2 juillet 2026 à 00:05:00 UTC\+2$/],
		]) {
			const page = await site.page('bob', { locale, timezoneId: 'Europe/Paris' });
			await page.clock.setFixedTime(new Date(now));
			await page.goto('/services/ipbx/imports');
			const time = page.locator('table.imports time').first();
			assert.equal(await time.innerText(), said);
			assert.match((await time.getAttribute('title')).replace(/\s/g, ' '), full);
			await page.context().close();
		}
		const plain = await site.page('bob', { javaScriptEnabled: false });
		await plain.goto('/services/ipbx/imports');
		assert.equal(await plain.locator('table.imports time').first().innerText(), text);
		await plain.context().close();
	});

	test('is accessible and fits 320 pixels, empty too', async () => {
		const page = await site.page('bob', { viewport: { width: 320, height: 700 }, colorScheme: 'dark' });
		await page.goto('/services/ipbx/imports');
		await assertFits(page);
		await assertAccessible(page);
		await page.goto('/services/ipbx/imports?page=99');
		await assertAccessible(page);
		await page.context().close();
	});

	test('is reached from the menu, in French as well', async () => {
		const page = await site.page('bob', { locale: 'fr-FR' });
		await page.goto('/');
		await page.getByRole('link', { name: 'Historique des imports' }).click();
		await page.waitForURL(/\/imports$/);
		assert.match(await page.locator('table.imports').innerText(), /22 utilisateurs\s+1 ligne téléphonique\s+3 avertissements/);
		await page.context().close();
	});
});

describe('waiting', () => {
	test('with no place to wait the notice comes at once', async () => {
		const busy = await freshSite({ settings: { page_wait: 60, wait_slots: 0 } });
		await busy.stop('worker');
		const alice = await busy.client('alice');
		const answer = await alice.upload(data('seed_phones.csv'));
		assert.equal(answer.status, 303);
		assert.match((await alice.get(answer.location)).text, /data-follow/);
		await busy.close();
	});

	test('ends with the job, not with the time', async () => {
		const patient = await freshSite({ settings: { page_wait: 60 } });
		await patient.stop('worker');
		const alice = await patient.client('alice');
		const answer = alice.upload(data('seed_phones.csv'));
		const taken = async () => (await patient.value('SELECT count(*)::int FROM job')) === 1;
		while (!(await taken()))
			await new Promise((done) => setTimeout(done, 20));
		await patient.start('worker');
		const { location } = await answer;
		assert.match((await alice.get(location)).text, /Importé/);
		assert.deepEqual(await patient.sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = 5`), []);
		await patient.close();
	});
});
