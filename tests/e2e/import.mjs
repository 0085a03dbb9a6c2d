// Import a file, in the browser: the form, what it takes, what it refuses.
import { test, after, before, beforeEach, describe } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { jobId } from '../lib/client.mjs';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { data, freshSite } from '../lib/stack.mjs';
import { issueTexts } from '../lib/texts.mjs';

const form = '/services/ipbx/users/import';

let site;

before(async () => {
	site = await freshSite({ settings: { max_upload_mb: 1 } });
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});

const jobs = () => site.value('SELECT count(*)::int FROM job');

// The tenants' data.  Sequences are not part of it: what was rolled back has drawn numbers.

async function forgetUsers() {
	await site.psql('DELETE FROM incall; DELETE FROM users; DELETE FROM voicemail');
}

// Chooses the file in the form, sends it and comes to its report.
async function send(page, file) {
	await page.goto(form);
	await page.setInputFiles('#file', file);
	await page.click('.import-form button');
	await page.waitForURL(/\/imports\/\d+/);
	// Where columns or letters are not known the mapping page is first.
	if (/mapping$/.test(page.url()))
		await page.goto(page.url().replace(/\/mapping$/, ''));
	await page.waitForSelector('#result');
	return Number(/\d+$/.exec(page.url())[0]);
}

// The hidden fields of a fresh form.
async function fields(client) {
	const { text } = await client.get(form);
	const value = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)[1];
	return { csrf: value('csrf'), nonce: value('nonce') };
}

// A POST of the parts in their order: [name, value] or [name, bytes, file name].
function post(client, parts, { end = true } = {}) {
	const boundary = 'a-boundary-of-a-test';
	const body = parts.map(([name, value, file]) => Buffer.concat([
		Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"`
			+ (file === undefined ? '' : `; filename="${file}"\r\nContent-Type: text/csv`) + '\r\n\r\n'),
		Buffer.from(value), Buffer.from('\r\n')]));
	if (end)
		body.push(Buffer.from(`--${boundary}--\r\n`));
	return client.request('POST', form, { body: Buffer.concat(body),
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } });
}

describe('the form', () => {
	test('tells what the file must be and what may be written in this entity', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		assert.equal(await page.title(), 'Import a file - Rollcall');
		const main = page.locator('main');
		assert.match(await main.innerText(), /at most 1\u00a0MB and 200,000 rows/);
		assert.match(await main.innerText(), /Users are added to acme\./);
		const context = main.locator('table').first().locator('tbody tr').first();
		assert.match(await context.innerText(), /default\s+internal\s+users \(exten\)\s+1000–1999\s+1,000\s+1000/);
		// Names of list columns are shown as they are written there.
		await page.getByText('premium\\; rate', { exact: true }).waitFor();
		for (const name of ['international', 'Île-de-France', 'Supervisor', 'site-lyon'])
			await page.getByText(name, { exact: true }).waitFor();
		assert.equal(await page.getByText('globex').count(), 0);
		await page.context().close();
	});

	test('lists every column that an import reads, and no other', async () => {
		const alice = await site.client('alice');
		const template = await alice.get(`${form}/template.csv`);
		assert.equal(template.status, 200);
		assert.equal(template.headers.get('content-type'), 'text/csv; charset=utf-8');
		assert.match(template.headers.get('content-disposition'), /^attachment;/);
		const columns = template.text.replace(/\r\n$/, '').split(',');
		assert.ok(columns.includes('firstname') && columns.includes('call_permissions'));
		assert.ok(!columns.includes('uuid') && !columns.includes('provisioning_code'));

		const page = await site.page('alice');
		await page.goto(form);
		const shown = await page.locator('table.columns th[scope=row] code').allTextContents();
		assert.deepEqual(shown.sort(), columns.sort());
		const row = page.locator('table.columns tr', { has: page.getByText('ring_seconds', { exact: true }) });
		assert.match(await row.innerText(), /a multiple of 5 from 0 to 10,800\s+no\s+30/);
		await page.context().close();
	});

	test('offers the examples, which are those of the documentation', async () => {
		const alice = await site.client('alice');
		for (const name of ['phones', 'phones_entity', 'incall', 'voicemail']) {
			const example = await alice.get(`/static/examples/${name}.csv`);
			assert.equal(example.text, readFileSync(data(`seed_${name}.csv`), 'utf8'), name);
		}
	});

	test('is in French for those who read French', async () => {
		const page = await site.page('bob', { locale: 'fr-FR' });
		await page.goto(form);
		assert.equal(await page.locator('h1').innerText(), 'Importer un fichier');
		const row = page.locator('table.columns tr', { has: page.getByText('ring_seconds', { exact: true }) });
		assert.match(await row.innerText(), /un multiple de 5 de 0 à 10\s800\s+non\s+30/);
		await page.context().close();
	});

	test('can be used by everybody: accessible, and at 320 pixels', async () => {
		const page = await site.page('alice', { viewport: { width: 320, height: 700 } });
		await page.goto(form);
		await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
		await assertFits(page);
		await assertAccessible(page);
		await page.context().close();
	});

	test('is used with the keyboard alone', async () => {
		await forgetUsers();
		const page = await site.page('alice');
		await page.goto(form);
		page.on('filechooser', (chooser) => chooser.setFiles(data('seed_incall.csv')));
		await page.focus('#file');
		await page.keyboard.press('Enter');
		await page.waitForFunction(() => document.getElementById('file').files.length === 1);
		await page.keyboard.press('Tab');
		assert.equal(await page.locator(':focus').innerText(), 'Options');
		await page.keyboard.press('Tab');
		assert.equal(await page.locator(':focus').innerText(), 'Import');
		await page.keyboard.press('Enter');
		await page.waitForSelector('#result');
		assert.match(await page.locator('#result').innerText(), /1 user was created/);
		assert.equal(await site.value('SELECT count(*)::int FROM incall WHERE user_id IS NOT NULL'), 1);
		await page.context().close();
	});

	// Drops files of these names; resolves to whether the browser would open them.
	const drop = (page, selector, ...names) => page.evaluate(([place, dropped]) => {
		const data = new DataTransfer();
		for (const name of dropped)
			data.items.add(new File(['firstname\nDropped\n'], name, { type: 'text/csv' }));
		return document.querySelector(place).dispatchEvent(
			new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
	}, [selector, names]);
	const chosen = (page) => page.evaluate(() => [...document.getElementById('file').files].map((f) => f.name));

	test('takes a file that is dropped', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		assert.equal(await drop(page, '.dropzone', 'dropped.csv'), false);
		await page.getByText('Selected: dropped.csv').waitFor();
		await page.click('.import-form button');
		await page.getByText('Imported: 1 user was created').waitFor();
		await page.context().close();
	});

	test('while it is sent, its buttons look as if they could not be pressed, and cannot', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		await page.evaluate(() => document.querySelector('.import-form').addEventListener('submit', (event) => event.preventDefault()));
		await page.setInputFiles('#file', data('seed_incall.csv'));
		await page.click('.import-form button');
		await page.getByText('Uploading and importing the file…').waitFor();
		await page.locator('.import-form button:disabled').nth(1).waitFor();
		for (const button of await page.locator('.import-form button').all())
			assert.ok(await button.evaluate((e) => Number(getComputedStyle(e).opacity)) < 0.6);
		await page.context().close();
	});

	test('says what was dropped as long as that is so', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		await drop(page, '.dropzone', 'dropped.csv');
		await page.setInputFiles('#file', data('seed_incall.csv'));
		assert.equal(await page.locator('.drop-hint').innerText(), 'You can also drop the file here.');
		await page.context().close();
	});

	test('takes none of several files, and none that is dropped beside it', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		assert.equal(await drop(page, '.dropzone', 'one.csv', 'two.csv'), false);
		assert.equal(await page.locator('.drop-hint').innerText(), 'Drop one file at a time. No file was selected.');
		assert.deepEqual(await chosen(page), []);
		assert.equal(await drop(page, 'h1', 'one.csv'), false);
		assert.deepEqual(await chosen(page), []);
		await drop(page, '.dropzone', 'one.csv');
		assert.equal(await page.locator('.drop-hint').innerText(), 'Selected: one.csv');
		assert.deepEqual(await chosen(page), ['one.csv']);
		await assertAccessible(page);
		await page.context().close();
	});

	test('is not there for those who may not import', async () => {
		const reader = await site.client('reader');
		for (const path of [form, `${form}/template.csv`, '/services/ipbx/imports', '/services/ipbx/imports/1'])
			assert.equal((await reader.get(path)).status, 403, path);
		const nobody = await site.client();
		assert.match((await nobody.get(form)).location, /^\/login/);
	});
});

describe('a good file', () => {
	for (const [file, users, first] of [
		['seed_phones.csv', 3, 'John Doe'], ['seed_phones_entity.csv', 3, 'John Doe'],
		['seed_incall.csv', 1, 'John Doe'], ['seed_voicemail.csv', 1, 'John Doe'],
		['tricky.csv', 5, 'Line\nbreak Doe'], ['legacy_pipe.csv', 2, 'Fodé Sanderson'],
	]) {
		test(`${file} is imported, and its report leads to the users`, async () => {
			await forgetUsers();
			const page = await site.page('alice');
			const id = await send(page, data(file));
			const said = users === 1 ? '1 user was created' : `${users} users were created`;
			assert.match(await page.locator('#result').innerText(), new RegExp(`Imported: ${said}`));
			assert.equal((await site.job(id)).state, 'done');

			await page.goto(`/services/ipbx/imports/${id}?show=users`);
			const links = page.locator('main table a');
			assert.equal(await links.count(), users);
			assert.equal((await links.first().textContent()), first);
			await links.first().click();
			await page.waitForURL(/\/users\/[0-9a-f-]{36}$/);
			await page.context().close();
		});
	}

	test('imports without JavaScript too', async () => {
		await forgetUsers();
		const page = await site.page('alice', { javaScriptEnabled: false });
		await send(page, data('seed_phones.csv'));
		assert.match(await page.locator('#result').innerText(), /3 users were created/);
		await page.context().close();
	});

	test('with warnings is applied, and the warnings are told', async () => {
		await forgetUsers();
		const page = await site.page('alice');
		await send(page, data('excel_semicolon_bom.csv'));
		assert.match(await page.locator('#result').innerText(), /2 users were created, with 1 warning/);
		const row = page.locator('table.issues tbody tr');
		assert.match(await row.innerText(), /Warning\s+file\s+the cells of the file are separated by a semicolon/);
		await assertAccessible(page);
		await page.context().close();
	});
});

describe('a bad file', () => {
	const expected = JSON.parse(readFileSync(data('bad/expected.json'), 'utf8'));
	const texts = { en: issueTexts('en'), fr: issueTexts('fr') };
	let page;
	let french;

	before(async () => {
		await forgetUsers();
		page = await site.page('alice');
		french = await site.page('bob', { locale: 'fr-FR' });
	});
	after(() => Promise.all([page, french].map((one) => one.context().close())));

	test('each has an expectation', () => {
		const files = readdirSync(data('bad')).filter((name) => name.endsWith('.csv'));
		assert.deepEqual(files.sort(), Object.keys(expected).sort());
	});

	for (const [file, errors] of Object.entries(expected)) {
		test(`${file}: every error is shown, and nothing is done`, async () => {
			const before = await site.content();
			const id = await send(page, data(`bad/${file}`));
			assert.match(await page.locator('#result').innerText(), /Nothing was imported/);
			assert.equal(await site.content(), before);

			const found = await site.sql(`SELECT row_number AS row, sheet_row(job_id, row_number),
				column_name AS column, code, key, line FROM job_issue WHERE job_id = ${id} AND level = 'error' ORDER BY n`);
			assert.equal(found.length, errors.length);
			for (const error of errors)
				assert.ok(found.some((f) => Object.entries(error).every(([k, v]) => f[k] === v)),
					`${JSON.stringify(error)} is not in ${JSON.stringify(found)}`);

			if (found.length === 1 && found[0].row === 0)
				assert.match(await page.locator('#result .lone').innerText(), texts.en.get(found[0].key));
			// Many of a kind stand as one; each row is a click away.
			if (await page.locator('table.causes').count() > 0) {
				assert.ok(await page.locator('table.causes tbody tr').count() < found.length);
				await page.getByRole('link', { name: 'one by one' }).click();
			}
			const rows = await page.locator('table.issues tbody tr.error').all();
			assert.equal(rows.length, errors.length);
			for (const [i, row] of rows.entries()) {
				const cells = await row.locator('td:not(.who)').allInnerTexts();
				assert.equal(cells[1], found[i].row === 0 ? 'file' : String(found[i].sheet_row));
				assert.equal(cells[2], found[i].column ?? '');
				assert.match(cells[4], texts.en.get(found[i].key));
			}
		});

		test(`${file}: and in French`, async () => {
			const id = await send(french, data(`bad/${file}`));
			assert.match(await french.locator('#result').innerText(), /Rien n'a été importé/);
			const keys = await site.sql(`SELECT key FROM job_issue WHERE job_id = ${id} AND level = 'error' ORDER BY n`);
			if (await french.locator('table.causes').count() > 0)
				await french.getByRole('link', { name: 'une par une' }).click();
			const told = await french.locator('table.issues tbody tr.error td.what').allInnerTexts();
			assert.equal(told.length, errors.length);
			for (const [i, text] of told.entries())
				assert.match(text, texts.fr.get(keys[i].key));
		});
	}

	test('what is in its cells is shown as text and never run', async () => {
		const evil = `<img src=x onerror=alert(1)>`;
		await page.goto(form);
		await page.setInputFiles('#file', { name: `${evil}.csv`, mimeType: 'text/csv',
			buffer: Buffer.from(`firstname,email\n"${evil}","${evil}"\n`) });
		await page.click('.import-form button');
		await page.waitForSelector('#result');
		assert.equal(await page.locator('main img').count(), 0);
		assert.match(await page.locator('table.issues').innerText(), /<img src=x onerror=alert\(1\)>/);
		assert.match(await page.locator('h1').innerText(), /onerror/);
	});
});

describe('what is no upload', () => {
	let alice;
	let stored;

	beforeEach(async () => {
		alice = await site.client('alice');
		stored = await jobs();
	});

	test('no file chosen: said beside the field, and the form is there again', async () => {
		const page = await site.page('alice');
		await page.goto(form);
		await page.evaluate(() => { document.querySelector('.import-form').noValidate = true; });
		const [answer] = await Promise.all([
			page.waitForResponse((r) => r.request().method() === 'POST'),
			page.click('.import-form button'),
		]);
		assert.equal(answer.status(), 400);
		await page.waitForSelector('#file-fault');
		assert.equal(await page.locator('#file-fault').innerText(), 'Choose the file to import.');
		assert.equal(await page.getAttribute('#file', 'aria-invalid'), 'true');
		assert.match(await page.getAttribute('#file', 'aria-describedby'), /file-fault/);
		assert.equal(await page.evaluate(() => document.activeElement.id), 'faults');
		await page.click('#faults a');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'file');
		await assertAccessible(page);
		assert.equal(await jobs(), stored);
		await page.context().close();
	});

	test('a file over the limit: 413, and the limit is said', async () => {
		const answer = await alice.upload(Buffer.alloc(1024 * 1024 + 1, 'a'));
		assert.equal(answer.status, 413);
		assert.match(answer.text, /The file is larger than 1 MB/);
		const larger = await alice.upload(Buffer.alloc(3 * 1024 * 1024, 'a'));
		assert.equal(larger.status, 413);
		assert.equal(await jobs(), stored);
	});

	test('a file of just the limit is taken', async () => {
		const bytes = Buffer.alloc(1024 * 1024, 'a');
		const answer = await alice.upload(bytes);
		assert.equal(answer.status, 303);
		const [{ n, size }] = await site.sql(`SELECT count(*)::int AS n, sum(length(data))::int AS size
			FROM job_chunk WHERE job_id = ${jobId(answer)} AND kind = 'upload'`);
		assert.equal(n, 4);
		assert.equal(size, bytes.length);
	});

	for (const [what, change] of [['without the token', { csrf: '' }], ['with another token', { csrf: 'f'.repeat(64) }]]) {
		test(`${what} nothing is stored`, async () => {
			const answer = await alice.upload(Buffer.alloc(900 * 1024, 'a'), { fields: change });
			assert.equal(answer.status, 403);
			assert.match(answer.text, /The form has expired/);
			assert.equal(await jobs(), stored);
		});
	}

	test('a token that comes after the file is too late', async () => {
		const { csrf, nonce } = await fields(alice);
		const answer = await post(alice, [['nonce', nonce], ['file', 'firstname\nLate\n', 'late.csv'], ['csrf', csrf]]);
		assert.equal(answer.status, 403);
		assert.equal(await jobs(), stored);
	});

	test('cut off before its end', async () => {
		const { csrf, nonce } = await fields(alice);
		const answer = await post(alice, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nCut\n', 'cut.csv']], { end: false });
		assert.equal(answer.status, 400);
		assert.match(answer.text, /did not arrive complete/);
		assert.equal(await jobs(), stored);
	});

	test('two files at a time', async () => {
		const { csrf, nonce } = await fields(alice);
		const answer = await post(alice, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nA\n', 'a.csv'], ['file', 'firstname\nB\n', 'b.csv']]);
		assert.equal(answer.status, 400);
		assert.match(answer.text, /one file at a time/);
		assert.equal(await jobs(), stored);
	});

	test('without a nonce, or with one that is none', async () => {
		const { csrf } = await fields(alice);
		for (const nonce of ['', '1.', '1.zz', `x.${'0'.repeat(64)}`])
			assert.equal((await post(alice, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nA\n', 'a.csv']])).status, 400, nonce);
		assert.equal(await jobs(), stored);
	});

	test('a body of another kind', async () => {
		const answer = await alice.post(form, await fields(alice));
		assert.equal(answer.status, 400);
		assert.equal(await jobs(), stored);
	});

	test('a form that was opened in another entity', async () => {
		const admin = await site.client('root');
		await admin.submit('/services/ipbx/users', { tenant: '1' }, 'action="/scope"');
		const { csrf, nonce } = await fields(admin);
		await admin.submit('/services/ipbx/users', { tenant: '2' }, 'action="/scope"');
		const answer = await post(admin, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nA\n', 'a.csv']]);
		assert.equal(answer.status, 400);
		assert.match(answer.text, /The entity was changed in another window/);
		assert.equal(await jobs(), stored);
	});
});

describe('sent twice', () => {
	test('one form is one job', async () => {
		const alice = await site.client('alice');
		const { csrf, nonce } = await fields(alice);
		const parts = [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nTwice\n', 'twice.csv']];
		const stored = await jobs();
		const first = await post(alice, parts);
		const second = await post(alice, parts);
		assert.equal(first.status, 303);
		assert.equal(second.location, first.location);
		assert.equal(await jobs(), stored + 1);
	});

	test('at the same moment too', async () => {
		const alice = await site.client('alice');
		const { csrf, nonce } = await fields(alice);
		const parts = [['csrf', csrf], ['nonce', nonce], ['file', `firstname\n${'Double\n'.repeat(50000)}`, 'double.csv']];
		const stored = await jobs();
		const answers = await Promise.all([post(alice, parts), post(alice, parts)]);
		assert.deepEqual(answers.map((a) => a.status), [303, 303]);
		assert.equal(answers[0].location, answers[1].location);
		assert.equal(await jobs(), stored + 1);
		await site.jobEnded(jobId(answers[0]));
	});

	test('with another file it is not the old job', async () => {
		const alice = await site.client('alice');
		const { csrf, nonce } = await fields(alice);
		await post(alice, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nOne\n', 'one.csv']]);
		const stored = await jobs();
		const answer = await post(alice, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nOther\n', 'other.csv']]);
		assert.equal(answer.status, 400);
		assert.match(answer.text, /This page had expired/);
		assert.equal(await jobs(), stored);
	});

	test('the nonce of another administrator is no one\'s business', async () => {
		const alice = await site.client('alice');
		const root = await site.client('root');
		await root.submit('/services/ipbx/users', { tenant: '1' }, 'action="/scope"');
		const { csrf, nonce } = await fields(alice);
		const first = await post(alice, [['csrf', csrf], ['nonce', nonce], ['file', 'firstname\nA\n', 'a.csv']]);
		const other = await post(root, [['csrf', (await fields(root)).csrf], ['nonce', nonce], ['file', 'firstname\nA\n', 'a.csv']]);
		assert.equal(other.status, 303);
		assert.notEqual(other.location, first.location);
	});
});
