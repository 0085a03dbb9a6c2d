// How far a job is, as its page tells: never back, whatever happens to its worker.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { file, hold, imports, jobPath, store } from '../lib/checks.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;
let alice;

before(async () => {
	site = await freshSite({ settings: { page_wait: 0, follow_seconds: 1 } });
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
	alice = await site.client('alice');
});

const percent = (text) => Number(/<progress[^>]* value="(\d+)"/.exec(text)?.[1]);

// A job that waits, made to look as a worker would have left it; `values` is SQL.
async function frozen(values, act, seconds = 0) {
	await site.stop('worker');
	const id = await store(alice, imports, file('firstname', 'Frozen'));
	await site.psql(`UPDATE job SET state = 'running', attempt = 1,
		started_at = now() - interval '${seconds} s', ${values} WHERE id = ${id}`);
	try {
		await act(id);
	} finally {
		await site.psql(`DELETE FROM job WHERE id = ${id}`);
		await site.start('worker');
	}
}

test('a killed worker costs no percent: another goes on from there', async () => {
	const held = await hold(site);
	const rows = Array.from({ length: 3000 }, (_, i) => `Killed ${i},Number ${i}`);
	const id = await store(alice, imports, file('firstname,lastname', ...rows));
	await held.reached(id);
	const seen = [];
	const look = async () => {
		const { text } = await alice.get(jobPath(id));
		if (/<progress/.test(text))
			seen.push(percent(text));
		return text;
	};
	await look();
	assert.ok(seen[0] > 0, String(seen));
	for (const pid of site.pids('worker'))
		process.kill(pid, 'SIGKILL');
	for (;;) {
		await look();
		const { attempt } = await site.job(id);
		if (attempt >= 2)
			break;
	}
	await held.reached(id);
	assert.match(await look(), /The import was interrupted and starts again from the beginning \(attempt 2\)/);
	held.release();
	for (let text = ''; !/id="result"/.test(text);)
		text = await look();
	for (let i = 1; i < seen.length; i++)
		assert.ok(seen[i] >= seen[i - 1], `${seen}`);
	assert.equal((await site.job(id)).percent, 100);
	assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname LIKE 'Killed %'`), 3000);
});

describe('the time', () => {
	const cases = [
		['65', '120', 'elapsed: 1 min 5 s', 'about 2 minutes left'],
		['7', '45', 'elapsed: 7 s', 'about 50 seconds left'],
		['7', '62', 'elapsed: 7 s', 'about 1 minute left'],
		['7', '8', 'elapsed: 7 s', 'a few seconds left'],
		['7', '-20', 'elapsed: 7 s', 'almost done'],
		['3900', '7100', 'elapsed: 1 h 5 min', 'about 2 hours left'],
	];

	for (const [begun, left, elapsed, rest] of cases)
		test(`${begun} seconds in, ${left} to go: “${elapsed}”, “${rest}”`, async () => {
			await frozen(`phase = 'hashing', done = 40, total = 100, percent = 40,
				expected_at = now() + interval '${left} s'`, async (id) => {
				const { text } = await alice.get(jobPath(id));
				assert.match(text, new RegExp(`>${rest}<`));
				const [, m, s] = /elapsed: (?:(\d+ (?:min|h)) )?(\d+)/.exec(text);
				const [, em, es] = /elapsed: (?:(\d+ (?:min|h)) )?(\d+)/.exec(elapsed);
				assert.equal(m, em);
				assert.ok(Number(s) - Number(es) <= 2 && Number(s) >= Number(es), text);
			}, Number(begun) + 0.2);
		});

	test('that is not known is not told', async () => {
		await frozen(`phase = 'reading', rows = 3, done = 10, total = 100, percent = 1`, async (id) => {
			const { text } = await alice.get(jobPath(id));
			assert.doesNotMatch(text, / left<|any moment/);
			assert.match(text, /3 rows read: 10 bytes of 100 bytes/);
		});
	});

	test('is told to those who listen, but not all the time', async () => {
		const page = await site.page('alice');
		await frozen(`phase = 'hashing', done = 40, total = 100, percent = 40,
			expected_at = now() + interval '1 hour'`, async (id) => {
			await page.goto(jobPath(id));
			await page.evaluate(() => {
				globalThis.told = [];
				new MutationObserver(() => globalThis.told.push(document.getElementById('spoken').textContent))
					.observe(document.getElementById('spoken'), { childList: true });
			});
			const elapsed = await page.locator('#times').innerText();
			await page.waitForFunction((was) => document.getElementById('times').innerText !== was, elapsed);
			assert.deepEqual(await page.evaluate(() => globalThis.told), []);
			await page.waitForFunction(() => globalThis.told.length === 1, null, { timeout: 30000 });
			assert.deepEqual(await page.evaluate(() => globalThis.told), ['Protecting passwords, 40 %, about 60 minutes left, 40 of 100 passwords']);
		}, 60);
		await page.context().close();
	});
});

test('planning is a phase with words of its own', async () => {
	await frozen(`phase = 'planning', done = 3, total = 12, percent = 60, dry_run = true`, async (id) => {
		const { text } = await alice.get(jobPath(id));
		assert.match(text, /Finding out what would change/);
		assert.match(text, /step 3 of 12/);
		assert.match(text, /The check continues in the background/);
	});
});
