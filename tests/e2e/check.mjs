// Check only, in the browser: the same job as an import or update, taken back; its
// plan, its changes.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { check, file, imports, jobPath, send, updates } from '../lib/checks.mjs';
import { jobId } from '../lib/client.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;

before(async () => {
	site = await freshSite({ settings: { max_upload_mb: 1 } });
	await addPeople(site);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});

const jobs = () => site.value('SELECT count(*)::int FROM job');
const plan = async (page) => Object.fromEntries(await page.locator('table.plan tbody tr').evaluateAll((rows) =>
	rows.map((row) => [row.cells[0].innerText, [...row.cells].slice(1).map((cell) => cell.innerText).join(' ')])));
const changes = (page) => page.locator('table.changes tbody tr').evaluateAll((rows) =>
	rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

const newPeople = file('firstname,line_protocol,context,exten,incall_exten,incall_context,voicemail_name,voicemail_number,voicemail_context,call_permissions,username,password',
	'Ann,sip,default,1700,2700,from-extern,Ann,1700,default,mobile,ann,secret-word-1',
	'Ben,ua,default,1701,,,Fodé,1000,default,mobile;international,,',
	'Cleo,,,,,,,,,,,');

describe('the form', () => {
	test('has the way to check beside the way to import, which stays the first', async () => {
		const page = await site.page('alice');
		for (const [form, buttons] of [[imports, ['Import', 'Check only']], [updates, ['Check only', 'Update']]]) {
			await page.goto(form);
			assert.deepEqual(await page.locator('.import-form button').allInnerTexts(), buttons);
			assert.match(await page.locator('#check-help').innerText(), /nothing is saved/);
			assert.equal(await page.getByRole('button', { name: 'Check only' }).getAttribute('aria-describedby'), 'check-help');
		}
		await page.context().close();
	});

	test('is in French', async () => {
		const page = await site.page('bob', { locale: 'fr-FR' });
		await send(page, imports, file('firstname', 'Une'), 'Vérifier seulement');
		assert.match(await page.locator('#result').innerText(), /Vérifié, rien n'a été importé\s: 1 utilisateur serait créé\./);
		assert.deepEqual(await page.locator('table.plan thead th').allInnerTexts(), ['Ressource', 'Créés', 'Modifiés', 'Inchangés']);
		await page.getByRole('button', { name: 'Appliquer' }).waitFor();
		await page.context().close();
	});

	test('cannot be sent twice while it is on its way', async () => {
		const page = await site.page('alice');
		await page.goto(imports);
		await page.setInputFiles('#file', file('firstname', 'Once'));
		// Nothing is sent, so that the page can be looked at.
		await page.evaluate(() => addEventListener('submit', (event) => event.preventDefault()));
		await page.getByRole('button', { name: 'Check only' }).click();
		await page.getByText('Uploading and checking the file…').waitFor();
		await page.waitForFunction(() => [...document.querySelectorAll('.import-form button')].every((button) => button.disabled));
		await page.context().close();
	});
});

for (const javaScriptEnabled of [true, false])
	describe(`a check, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, () => {
		test('of an import says what would be made, and makes nothing', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const before = await site.content();
			const id = await send(page, imports, newPeople);
			assert.match(await page.locator('#result').innerText(), /Checked, nothing was imported: 3 users would be created, with 1 warning\./);
			assert.deepEqual(await page.locator('table.plan thead th').allInnerTexts(), ['Resource', 'Created', 'Changed', 'Unchanged']);
			assert.deepEqual(await plan(page), {
				Users: '3 0 0',
				Lines: '2 - -',
				Extensions: '2 0 -',
				'Incoming numbers': '1 0 -',
				Voicemails: '1 0 1',
				'Call permissions': '3 - -',
			});
			await page.getByText('Everything else stays as it is.').waitFor();
			assert.match(await page.locator('table.issues').innerText(), /Warning\s+3/);
			assert.equal(await site.content(), before);
			assert.equal((await site.job(id)).state, 'checked');
			assert.deepEqual(await site.sql(`SELECT 1 FROM job_user WHERE job_id = ${id}`), []);
			assert.equal(await page.title(), 'Check of people.csv - Rollcall');
			await page.getByRole('button', { name: 'Apply' }).waitFor();
			await page.getByRole('link', { name: 'Users to create 3' }).click();
			const people = await Promise.all((await page.locator('table.planned tbody tr').all()).map(async (row) =>
				(await row.locator('th, td').allInnerTexts()).join(' | ')));
			assert.equal(people.length, 3);
			assert.match(people.join('\n'), /^2 \| .* \| 1\d\d\d \| /);
			assert.match(await page.locator('main').innerText(), /1 user without a number\./);
			await page.context().close();
		});

		test('of an import without warnings begins with whom it would create', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const id = await send(page, imports, file('firstname,lastname,username,voicemail_number,voicemail_name,voicemail_context',
				'Plain,"<b>One</b>",plain.one,1299,Box,default', 'Two,,,,,'));
			assert.deepEqual(await page.locator('table.planned tbody tr').allInnerTexts().then((rows) => rows.map((row) =>
				row.trim().split(/\s*\t\s*/))), [['2', 'Plain <b>One</b>', '-', '-', 'plain.one', '1299'], ['3', 'Two', '-', '-', '-', '-']]);
			assert.match(await page.locator('main').innerText(), /2 users without a number\./);
			if (javaScriptEnabled) {
				await assertFits(page);
				await assertAccessible(page);
			}
			await site.psql(`DELETE FROM job WHERE id = ${id}`);
			await page.context().close();
		});

		test('of an update shows old and new of each cell, and changes none', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const before = await site.content();
			await send(page, updates, file('uuid,lastname,userfield,exten,incall_exten,voicemail_password,password,line_protocol,context',
				`${uuid(1)},Neuf,,1000,,9999,new-password,sip,default`,
				`${uuid(2)},Michel,0,1555,,,,webrtc,default`,
				`${uuid(4)},"O'Neil & ""Sons""",  two  blanks,1556,,,,sip,default`));
			assert.match(await page.locator('#result').innerText(), /Checked, nothing was changed: 3 users would be changed, with \d+ warnings?\./);
			const rows = await changes(page);
			const cell = (row, column) => rows.find((r) => r[0] === String(row) && r[2] === column)?.slice(3);
			assert.deepEqual(cell(2, 'lastname'), ['−removed: Sanderson', '+added: Neuf']);
			assert.deepEqual(cell(2, 'userfield'), ['−removed: 100%', 'empty']);
			assert.deepEqual(cell(2, 'voicemail_password'), ['−removed: ********', '+added: ********']);
			assert.deepEqual(cell(2, 'password'), ['empty', '+added: ********']);
			assert.deepEqual(cell(3, 'userfield'), ['empty', '+added: 0']);
			assert.deepEqual(cell(3, 'exten'), ['−removed: 1001', '+added: 1555']);
			assert.deepEqual(cell(4, 'userfield'), ['empty', '+added:   two  blanks']);
			assert.deepEqual(cell(4, 'sip_username'), ['empty', '+added: generated when applied']);
			assert.equal(cell(2, 'exten'), undefined);
			assert.deepEqual(rows.find((r) => r[0] === '4')[1], `<b>Moko</b> O'Neil & "Sons"`);
			const table = await plan(page);
			assert.equal(table.Users, '0 3 0 - -');
			assert.equal(table['Incoming numbers'], '0 0 0 0 1');
			assert.equal(await site.content(), before);
			assert.equal(await site.value('SELECT count(*)::int FROM users WHERE password_hash IS NOT NULL'), 0);
			await page.locator('table.changes a').first().click();
			await page.waitForURL(new RegExp(`/users/${uuid(1)}$`));
			await page.context().close();
		});

		test('of a wrong file gives its errors, as an import does', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const before = await site.content();
			await send(page, imports, file('firstname,email', 'Ann,not-an-email', ',b@example.org'));
			assert.match(await page.locator('#result').innerText(), /The file cannot be applied: 2 errors in 2 rows\. Nothing was changed\./);
			assert.equal(await page.locator('table.issues tbody tr.error').count(), 2);
			assert.equal(await page.getByRole('button', { name: 'Apply' }).count(), 0);
			assert.equal(await page.locator('table.plan').count(), 0);
			assert.equal(await site.content(), before);
			assert.equal(await page.getByRole('link', { name: 'Check another file' }).count(), 1);
			await page.context().close();
		});

		test('then Back and Import is another job, and imports', async () => {
			const page = await site.page('alice', { javaScriptEnabled });
			const name = javaScriptEnabled ? 'Scripted' : 'Plain';
			const first = await send(page, imports, file('firstname', name));
			assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = '${name}'`), 0);
			await page.goBack();
			await page.setInputFiles('#file', file('firstname', name));
			await page.getByRole('button', { name: 'Import', exact: true }).click();
			await page.getByText('Imported: 1 user was created.').waitFor();
			assert.notEqual(Number(/\d+$/.exec(page.url())[0]), first);
			assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = '${name}'`), 1);
			await page.context().close();
		});
	});

test('warnings of a checked file are not to be overlooked', async () => {
	const page = await site.page('alice');
	const id = await send(page, imports, file('firstname;agentnumber', 'Warned;1'));
	assert.equal(await page.locator('#result .box.warning').count(), 1);
	assert.match(await page.locator('#result').innerText(), /Checked, nothing was imported: 1 user would be created, with 2 warnings/);
	await page.goto('/services/ipbx/imports');
	assert.equal(await page.locator(`tr:has(a[href$="/${id}"]) .mark.checked`).count(), 1);
	await page.context().close();
});

describe('the changes', () => {
	test('come a hundred a page, in the order of the file', async () => {
		const alice = await site.client('alice');
		const people = await site.sql(`SELECT uuid FROM users WHERE firstname = 'Zoé' ORDER BY id`);
		const id = await check(site, alice, updates, file('uuid,email,userfield,mobile_phone_number',
			...people.map((user, i) => `${user.uuid},zoe${i}@example.org,field ${i},06000000${10 + i}`)));
		const page = await site.page('alice');
		await page.goto(jobPath(id));
		const rows = page.locator('table.changes tbody tr');
		assert.equal(await rows.count(), 100);
		assert.equal(await page.locator('.pager-rows').innerText(), `1–100 of ${3 * people.length}`);
		assert.equal(await page.locator('.tabs [aria-current] .tab-n').innerText(), String(3 * people.length));
		await page.locator('.pager a[rel=next]').click();
		await page.waitForURL(/show=changes&page=2/);
		assert.equal(await rows.count(), 3 * people.length - 100);
		const numbers = (await changes(page)).map(([row]) => Number(row));
		assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
		const past = await alice.get(`${jobPath(id)}?show=changes&page=99`);
		assert.deepEqual([past.status, past.location], [303, `${jobPath(id)}?show=changes&page=2`]);
		for (const query of ['page=0', 'page=x', 'show=users', 'show=x', 'late=1'])
			assert.equal((await alice.get(`${jobPath(id)}?show=changes&${query}`)).status, 200, query);
		await page.context().close();
	});

	test('are none where everything is there already', async () => {
		const page = await site.page('alice');
		await send(page, updates, file('uuid,firstname', `${uuid(1)},Fodé`));
		assert.match(await page.locator('#result').innerText(), /Checked: nothing would be changed, all values are already as in the file\./);
		await page.getByText('No cell changes.').waitFor();
		assert.equal((await plan(page)).Users, '0 0 1 - -');
		await page.context().close();
	});

	test('are not for those who may not see users', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, updates, file('uuid,lastname', `${uuid(1)},Seen`));
		await site.psql(`UPDATE admin SET rights = '{users.update}' WHERE username = 'reader'`);
		const { text } = await (await site.client('reader')).get(`${jobPath(id)}?show=changes`);
		assert.match(text, /class="plan stacked"/);
		assert.doesNotMatch(text, /Sanderson|Seen/);
		await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
	});
});

describe('the history', () => {
	test('knows a check from an import, by words', async () => {
		const page = await site.page('alice');
		await send(page, imports, file('firstname,line_protocol,context', 'Hist,sip,default', 'Ory,sip,default'));
		await page.goto('/services/ipbx/imports');
		const row = page.locator('main tbody tr').first();
		assert.match(await row.innerText(), /people\.csv\s+Import, check only\s+alice\s+Checked\s+Plan:\s+2 users\s+2 lines/);
		await assertAccessible(page);
		await page.context().close();
	});
});

describe('downloads of a check', () => {
	test('are what was sent, and its rows with their warnings; no result', async () => {
		const alice = await site.client('alice');
		const id = await check(site, alice, imports, newPeople);
		const { text } = await alice.get(jobPath(id));
		assert.match(text, /errors\.csv"/);
		assert.doesNotMatch(text, /result\.csv/);
		assert.equal((await alice.get(`${jobPath(id)}/original.csv`)).text, newPeople.buffer.toString());
		const marked = (await alice.get(`${jobPath(id)}/errors.csv`)).text;
		assert.match(marked, /_errors/);
		assert.match(marked, /Fodé/);
		assert.equal((await alice.get(`${jobPath(id)}/result.csv`)).status, 404);
	});
});

describe('made by hand', () => {
	const boundary = 'a-boundary-of-a-test';
	let alice;
	let fields;
	let stored;

	// A POST of the parts in their order: [name, value] or [name, bytes, file name].
	const post = (path, ...parts) => alice.request('POST', path, {
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
		body: Buffer.from(parts.map(([name, value, fileName]) =>
			`--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName ? `; filename="${fileName}"` : ''}\r\n\r\n${value}\r\n`)
			.concat(`--${boundary}--\r\n`).join('')),
	});
	const sent = ['file', 'firstname\nByhand\n', 'hand.csv'];

	const begin = async () => {
		alice = await site.client('alice');
		const { text } = await alice.get(imports);
		fields = ['csrf', 'nonce'].map((name) => [name, new RegExp(`name="${name}" value="([^"]*)"`).exec(text)[1]]);
		stored = await jobs();
	};

	const nothing = async (answer, status, words) => {
		assert.equal(answer.status, status);
		assert.match(answer.text, words);
		assert.equal(await jobs(), stored);
		assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Byhand'`), 0);
	};

	test('the action before the file is a check as well', async () => {
		await begin();
		const id = jobId(await post(imports, ...fields, ['action', 'check'], sent));
		assert.equal((await site.jobEnded(id)).state, 'checked');
		assert.equal(await jobs(), stored + 1);
	});

	test('one that is behind the file is refused: nothing is applied', async () => {
		await begin();
		await nothing(await post(imports, ...fields, sent, ['action', 'check']), 400, /did not say whether to check or to apply the file/);
	});

	test('what contradicts itself is refused', async () => {
		for (const [path, before, behind] of [['?check=1', 'apply', null], ['?check=1', null, 'apply'], ['?check=0', null, null],
			['?check=', 'check', null], ['', 'apply', 'check'], ['', 'check', 'apply'], ['', 'dry', null], ['', '', null]]) {
			await begin();
			const answer = await post(`${imports}${path}`, ...fields, ...(before === null ? [] : [['action', before]]), sent,
				...(behind === null ? [] : [['action', behind]]));
			await nothing(answer, 400, /did not say whether to check or to apply the file/);
		}
	});

	test('one form checked twice is one job, imported then another, and that is one too', async () => {
		await begin();
		const first = jobId(await post(`${imports}?check=1`, ...fields, sent, ['action', 'check']));
		assert.equal(jobId(await post(`${imports}?check=1`, ...fields, sent, ['action', 'check'])), first);
		assert.equal(await jobs(), stored + 1);
		const second = jobId(await post(imports, ...fields, sent, ['action', 'apply']));
		assert.notEqual(second, first);
		assert.equal(jobId(await post(imports, ...fields, sent)), second);
		assert.equal(await jobs(), stored + 2);
		assert.equal((await site.jobEnded(second)).state, 'done');
		assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Byhand'`), 1);
		await site.psql(`DELETE FROM users WHERE firstname = 'Byhand'`);
	});

	test('without the token, or too large, nothing is stored', async () => {
		await begin();
		await nothing(await post(`${imports}?check=1`, fields[1], sent), 403, /The form has expired/);
		await nothing(await alice.upload(Buffer.alloc((1 << 20) + 1, 'a'), { path: imports, fields: { action: 'check' } }), 413, /larger than 1 MB/);
	});
});
