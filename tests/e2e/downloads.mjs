// What a job leaves to be downloaded: errors.csv, result.csv, original.csv, log.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { jobId } from '../lib/client.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const imports = '/services/ipbx/imports';

let site, alice, carol, plain;
before(async () => {
	site = await freshSite({ uploads: 1, settings: { page_wait: 60, max_issues: 30000 } });
	await site.psql(`UPDATE admin SET language = 'en';
		INSERT INTO admin (username, password_setting, password_proof, tenant_id, rights, language)
		SELECT name, password_setting, password_proof, tenant_id, array_remove(rights, gone), 'en'
		FROM admin, (VALUES ('carol', ''), ('plain', 'users.secrets'), ('blind', 'users.read'),
			('updater', 'users.import')) more (name, gone)
		WHERE username = 'alice'`);
	for (const name of ['carol', 'plain', 'blind', 'updater'])
		site.passwords[name] = site.passwords.alice;
	[alice, carol, plain] = await Promise.all(['alice', 'carol', 'plain'].map((name) => site.client(name)));
});

const path = (id, file = 'errors.csv') => `${imports}/${id}/${file}`;
const send = async (text, options) => jobId(await alice.upload(typeof text === 'string' && text.startsWith('/')
	? text : Buffer.from(text), options));
const state = async (id) => (await site.job(id)).state;

// Records of a file as it is written here: the separator of its upload, quotes, CRLF.
function parse(text, separator) {
	assert.equal(text[0], '\ufeff');
	const records = [];
	let record = [], at = 1;
	while (at < text.length) {
		const [whole, quoted, bare, end] = new RegExp(`("(?:[^"]|"")*")|([^"${separator}\\r\\n]*)`, 'y').exec(text.slice(at)) ?? [];
		record.push(quoted ? quoted.slice(1, -1).replaceAll('""', '"') : bare);
		at += whole.length;
		if (text[at] === separator) {
			at++;
		} else {
			assert.equal(text.slice(at, at + 2), '\r\n');
			at += 2;
			records.push(record);
			record = [];
		}
	}
	const [header, ...rows] = records;
	return { header, rows, objects: rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]]))) };
}
const quote = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const write = ({ header, objects }) => `\ufeff${[header, ...objects.map((row) => header.map((name) => row[name]))]
	.map((record) => record.map(quote).join(',') + '\r\n').join('')}`;
async function get(client, id, file, separator = ',') {
	const answer = await client.get(path(id, file));
	assert.equal(answer.status, 200, answer.text);
	// fetch's text() takes the byte order mark away.
	const { bytes } = await client.get(path(id, file), { bytes: true });
	return parse(bytes.toString(), separator);
}

let broken;
test('errors.csv has what is wrong in front of each row, and headers that keep it safe', async () => {
	broken = await send(data('bad/many_errors.csv'), { name: 'l\'équipe "1".csv' });
	assert.equal(await state(broken), 'failed');
	const file = await get(alice, broken);
	assert.equal(file.header[0], '_errors');
	assert.deepEqual(file.header.slice(1), readFileSync(data('bad/many_errors.csv'), 'utf8').split('\n')[0].split(','));
	assert.equal(file.rows.length, 12);
	assert.match(file.objects[0]._errors, /missing parameters: firstname/);
	assert.ok(file.objects[1]._errors.split(' | ').length >= 6, file.objects[1]._errors);
	assert.match(file.objects[9]._errors, /1003.*row 10/);
	assert.equal(file.objects[11]._errors, '');
	assert.equal(file.objects[11].firstname, 'K');
	const answer = await alice.get(path(broken));
	assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.equal(answer.headers.get('cache-control'), 'no-store');
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.equal(answer.headers.get('content-disposition'),
		'attachment; filename="l__quipe _1_-errors.csv"; filename*=UTF-8\'\'l%27%C3%A9quipe%20_1_-errors.csv');
	assert.match((await alice.get(`${path(broken)}?only=errors`)).headers.get('content-disposition'), /-only-errors\.csv"/);
	const head = await alice.request('HEAD', path(broken));
	assert.equal(head.status, 200);
	assert.equal(head.headers.get('content-disposition'), answer.headers.get('content-disposition'));
});

test('the texts are in the language of who asks', async () => {
	await site.psql(`UPDATE admin SET language = 'fr' WHERE username = 'carol'`);
	const file = await get(carol, broken);
	assert.notEqual(file.objects[0]._errors, (await get(alice, broken)).objects[0]._errors);
	assert.match(file.objects[0]._errors, /firstname/);
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'carol'`);
});

test('?only=errors leaves the other rows out', async () => {
	const file = await get(alice, broken, 'errors.csv?only=errors');
	assert.ok(file.objects.every((row) => row._errors !== ''));
	assert.ok(!file.objects.some((row) => ['H', 'K'].includes(row.firstname)));
	assert.equal(file.rows.length, new Set((await site.sql(`SELECT row_number FROM job_issue
		WHERE job_id = ${broken} AND level = 'error'`)).map((row) => row.row_number)).size);
});

test('mended and sent again as it is, it imports without a word about _errors', async () => {
	const file = await get(alice, broken);
	const mend = {
		A: { email: '', language: '', mobile_phone_number: '', enabled: '1', ring_seconds: '', simultaneous_calls: '' },
		B: { context: 'default', exten: '1000' }, C: { exten: '1010' }, D: { line_protocol: 'sip' }, E: { line_protocol: 'sip' },
		F: { call_permissions: '' }, G: { labels: '' }, I: { email: '', exten: '1011' },
		J: { voicemail_number: '', voicemail_context: '' },
	};
	file.objects[0].firstname = 'Z';
	for (const row of file.objects)
		Object.assign(row, mend[row.firstname]);
	const id = await send(write(file));
	assert.deepEqual(await site.sql(`SELECT key, row_number, params FROM job_issue WHERE job_id = ${id}`), []);
	assert.equal(await state(id), 'done');
	const result = await get(alice, id, 'result.csv');
	assert.ok(!result.header.includes('_errors'));
	for (const row of result.objects)
		assert.equal(/^\d{6,7}$/.test(row.provisioning_code), row.line_protocol !== '', row.firstname);
});

test('formulas, quotes, line breaks, old names and separators come back with their meaning', async () => {
	const id = await send('sep=;\nfirstname;lastname;userfield;phonenumber\n'
		+ '"Robert ""Bob""";"a;b\nc";=1+1;1\n;\'=2+2;\'\'@x;\n" ";-3;+33 1;\nA;"x,y"\n');
	assert.equal(await state(id), 'failed');
	const file = await get(alice, id, 'errors.csv', ';');
	assert.deepEqual(file.header, ['_errors', 'firstname', 'lastname', 'userfield', 'phonenumber']);
	assert.deepEqual(file.rows.map((row) => row.slice(1)), [
		['Robert "Bob"', 'a;b\nc', '\'=1+1', '1'], ['', '\'=2+2', '\'\'@x', ''],
		[' ', '\'-3', '\'+33 1', ''], ['A', 'x,y'],
	]);
	for (const row of file.objects)
		Object.assign(row, { firstname: row.firstname.trim() || 'Formula', userfield: row.userfield ?? '', phonenumber: '' });
	const again = await send(write(file));
	assert.equal(await state(again), 'done');
	assert.deepEqual((await site.sql(`SELECT u.firstname, u.lastname, u.userfield FROM users u JOIN job_user r
		ON r.user_id = u.id WHERE r.job_id = ${again} ORDER BY r.row_number`)).map(Object.values), [
		['Robert "Bob"', 'a;b\nc', '=1+1'], ['Formula', '=2+2', '\'@x'], ['Formula', '-3', '+33 1'], ['A', 'x,y', null],
	]);
});

const secretRows = 'firstname,username,password,line_protocol,context,exten,sip_secret,pasword\n'
	+ 'S,s1,plain-Pass-9,sip,default,1100,sipSecret9,mis-9\nT,s2,plain-Pass-8,sip,default,9999999,sipSecret8,mis-8\nU,s3,p-7,s-7\n';
const secret = /plain-Pass|sipSecret|mis-\d|p-7|s-7/;
let secrets;
test('secrets are as sent for the uploader alone, and masked for others', async () => {
	secrets = await send(secretRows, { fields: { unknown: 'ignore' } });
	assert.equal(await state(secrets), 'failed');
	for (const file of ['errors.csv', 'original.csv']) {
		assert.match((await alice.get(path(secrets, file))).text, /plain-Pass-9.*sipSecret9,mis-9/);
		for (const client of [carol, await site.client('root')]) {
			const { status, text } = await client.get(path(secrets, file));
			assert.equal(status, 200);
			assert.doesNotMatch(text, secret);
			assert.match(text, /S,s1,\*{8},sip,default,1100,\*{8},\*{8}/);
		}
	}
	assert.equal((await alice.get(path(secrets, 'original.csv'))).text, secretRows);
	const audit = await site.sql(`SELECT admin_name, detail FROM audit WHERE action = 'file.download'
		AND detail ->> 'job' = '${secrets}' AND detail ->> 'file' = 'errors.csv' ORDER BY id`);
	assert.deepEqual(audit.map((row) => [row.admin_name, row.detail.secrets]), [['alice', true], ['carol', false], ['root', false]]);
});

test('after the retention they are masked for the uploader too', async () => {
	await site.stop('worker');
	await site.psql(`UPDATE job SET started_at = now() - interval '25 h', ended_at = now() - interval '25 h' WHERE id = ${secrets}`);
	await site.start('worker');
	for (const end = Date.now() + 30000; await site.value(`SELECT count(*) FROM job_chunk
		WHERE job_id = ${secrets} AND kind = 'upload'`) > 0;)
		assert.ok(Date.now() < end, 'the upload is still there');
	for (const file of ['errors.csv', 'original.csv']) {
		const { status, text } = await alice.get(path(secrets, file));
		assert.equal(status, 200);
		assert.doesNotMatch(text, secret);
	}
	assert.match((await alice.get(path(secrets))).text, /S,s1,\*{8},sip,default,1100,\*{8},\*{8}/);
});

let phones;
test('result.csv gives a provisioning code and credentials for each phone', async () => {
	phones = await send('sip_username,firstname,password,line_protocol,context,exten\ngiven1,P1,pass-Word-1,sip,default,1200\n'
		+ ',P2,,sip,default,1201\n,P3,,sccp,default,1202\n,P4,,,,\n', { name: 'phones.csv' });
	assert.equal(await state(phones), 'done');
	const { header, objects } = await get(alice, phones, 'result.csv');
	assert.deepEqual(header, ['sip_username', 'firstname', 'password', 'line_protocol', 'context', 'exten', 'uuid',
		'provisioning_code', 'sip_secret']);
	const stored = await site.sql(`SELECT u.firstname, u.uuid, coalesce(l.provisioning_code::text, '') AS provisioning_code,
		coalesce(l.sip_username, '') AS sip_username, coalesce(l.sip_secret, '') AS sip_secret FROM job_user r
		JOIN users u ON u.id = r.user_id LEFT JOIN line l ON l.user_id = u.id WHERE r.job_id = ${phones} ORDER BY r.row_number`);
	assert.equal(stored.length, 4);
	assert.deepEqual(objects.map((row) => Object.fromEntries(Object.keys(stored[0]).map((name) => [name, row[name]]))), stored);
	assert.equal(objects[0].sip_username, 'given1');
	assert.equal(objects[0].password, '********');
	assert.match(objects[1].sip_secret, /^[A-Za-z0-9]{16}$/);
	assert.match(objects[2].provisioning_code, /^\d{6}$/);
});

test('without users.secrets the SIP secrets are masked, the rest is there', async () => {
	const { objects } = await get(plain, phones, 'result.csv');
	assert.deepEqual(objects.map((row) => row.sip_secret), ['********', '********', '', '']);
	assert.match(objects[1].provisioning_code, /^\d{6}$/);
	assert.match(objects[1].sip_username, /^[a-z0-9]{8}$/);
});

test('an update has its result too, also for rows that changed nothing', async () => {
	const { objects } = await get(alice, phones, 'result.csv');
	const id = await send(`uuid,lastname\n${objects.map((row, i) => `${row.uuid.toUpperCase()},${i === 1 ? '' : 'New'}\n`).join('')}`,
		{ path: '/services/ipbx/users/update' });
	assert.equal(await state(id), 'done');
	const { header, objects: updated } = await get(alice, id, 'result.csv');
	assert.deepEqual(header, ['uuid', 'lastname', 'provisioning_code', 'sip_username', 'sip_secret']);
	for (const name of ['uuid', 'provisioning_code', 'sip_username', 'sip_secret'])
		assert.deepEqual(updated.map((row) => row[name]), objects.map((row) => row[name]));
});

test('cells of a user that is gone are empty', async () => {
	await site.psql(`DELETE FROM users WHERE firstname = 'P2'`);
	const { objects } = await get(alice, phones, 'result.csv');
	assert.deepEqual(['uuid', 'provisioning_code', 'sip_username', 'sip_secret'].map((name) => objects[1][name]), ['', '', '', '']);
	assert.equal(objects[1].firstname, 'P2');
	assert.notEqual(objects[2].uuid, '');
});

test('the log has the lines of the job, without values', async () => {
	const answer = await alice.get(path(broken, 'log'));
	assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
	assert.match(answer.headers.get('content-disposition'), /^attachment; .*-log\.txt/);
	const lines = answer.text.trimEnd().split('\n');
	assert.match(lines[0], /^\d{4}-\S+Z begin: attempt 1, \d+ bytes$/);
	assert.match(lines.at(-1), /Z end: failed, 12 rows, \d+ errors/);
	assert.equal(lines.length, 2 + Number(await site.value(`SELECT count(*) FROM job_issue WHERE job_id = ${broken}`)));
	assert.match(lines[1], /Z error row=1 line=2 column=firstname code=missing text="Input Error - missing parameters: firstname"$/);
	assert.doesNotMatch(answer.text, /not-an-email|nowhere|unknownperm|dup@example/i);
	assert.match((await alice.get(path(secrets, 'log'))).text, /error row=/);
	assert.doesNotMatch((await alice.get(path(secrets, 'log'))).text, secret);
});

test('what is not there gets a page that says why', async () => {
	const file = await send(data('bad/unclosed_quote.csv'));
	const clean = await send('firstname\nClean\n');
	const gone = await send('firstname\n=x\n');
	await site.psql(`DELETE FROM job_chunk WHERE job_id = ${gone}`);
	for (const [id, name, status, text] of [
		[file, 'errors.csv', 404, /quote.*about the whole file/s],
		[file, 'result.csv', 404, /was not applied/], [broken, 'result.csv', 404, /was not applied/],
		[clean, 'errors.csv', 404, /No row of this file has an error/],
		[gone, 'original.csv', 410, /No longer available/], [gone, 'result.csv', 410, /No longer available/],
		[99999, 'errors.csv', 404, /./], [broken, 'other.csv', 404, /./],
	]) {
		const answer = await alice.get(path(id, name));
		assert.equal(answer.status, status, `${id} ${name}`);
		assert.match(answer.text, text);
		assert.equal(answer.headers.get('content-disposition'), null);
	}
	// Its sender has a file that cannot be read as it was sent, nobody else has it.
	assert.equal((await alice.get(path(file, 'original.csv'))).status, 200);
	assert.equal((await carol.get(path(file, 'original.csv'))).status, 410);
});

test('a job that has not ended has a log alone', async () => {
	await site.stop('worker');
	await site.psql(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce)
		SELECT tenant_id, id, username, 'import', 'w.csv', 1, sha256('w'), 'w' FROM admin WHERE username = 'alice'`);
	const id = await site.value(`SELECT id FROM job WHERE nonce = 'w'`);
	for (const name of ['errors.csv', 'result.csv', 'original.csv']) {
		const answer = await alice.get(path(id, name));
		assert.equal(answer.status, 404);
		assert.match(answer.text, /Not finished yet/);
	}
	assert.equal((await alice.get(path(id, 'log'))).status, 200);
	await site.psql(`DELETE FROM job WHERE id = ${id}`);
	await site.start('worker');
});

test('rights and tenants', async () => {
	for (const [name, status] of [['bob', 404], ['reader', 403], ['blind', 403], ['updater', 200], ['root', 200]]) {
		const client = await site.client(name);
		for (const [id, file] of [[broken, 'errors.csv'], [phones, 'result.csv'], [broken, 'original.csv'], [broken, 'log']])
			assert.equal((await client.get(path(id, file))).status, status, `${name} ${file}`);
	}
	assert.equal((await (await site.client()).get(path(broken))).status, 303);
	const blind = await site.client('blind');
	assert.doesNotMatch((await blind.get(`${imports}/${broken}`)).text, /errors\.csv|original\.csv|\/log"/);
});

test('the report links to what there is', async () => {
	const links = async (client, id) => [...(await client.get(`${imports}/${id}`)).text
		.matchAll(new RegExp(`href="${imports}/${id}/([^"]+)"`, 'g'))].map((match) => match[1]);
	assert.deepEqual(await links(alice, broken), ['errors.csv', 'errors.csv?only=errors', 'original.csv', 'log']);
	assert.deepEqual(await links(alice, await send('firstname\nFlawless\n')), ['result.csv', 'original.csv', 'log']);
	assert.match((await carol.get(`${imports}/${secrets}`)).text, /are masked in it: enter/);
	assert.doesNotMatch((await alice.get(`${imports}/${broken}`)).text, /are masked in it: enter/);
	const warned = await send('firstname,line_protocol,context,exten\nW,,,1300\n');
	assert.equal(await state(warned), 'done');
	assert.deepEqual(await links(alice, warned), ['errors.csv', 'result.csv', 'original.csv', 'log']);
	assert.match((await get(alice, warned)).objects[0]._errors, /not created/);
	for (const language of ['en', 'fr']) {
		await site.psql(`UPDATE admin SET language = '${language}' WHERE username = 'alice'`);
		const page = await site.page('alice');
		await page.goto(`${imports}/${broken}`);
		await assertAccessible(page);
		const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/errors.csv"]')]);
		assert.equal(download.suggestedFilename(), 'l\'équipe _1_-errors.csv');
		await page.setViewportSize({ width: 320, height: 640 });
		await assertFits(page);
		await page.context().close();
	}
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
});

test('memory does not grow with the number of rows', async () => {
	const [pid] = site.pids('uploads');
	const peak = () => Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
	const rows = (from, to, wrong) => `firstname,lastname,userfield,ring_seconds\n${Array.from({ length: to - from },
		(_, i) => `Many,${from + i},${'x'.repeat(120)},${wrong ? 'never' : ''}\n`).join('')}`;
	const few = [await send(rows(0, 3000, true)), await send(rows(0, 3000, false))];
	const many = [await send(rows(5000, 25000, true)), await send(rows(5000, 25000, false))];
	assert.deepEqual(await Promise.all([...few, ...many].map(state)), ['failed', 'done', 'failed', 'done']);
	const download = async (ids) => [(await get(alice, ids[0])).objects, (await get(alice, ids[1], 'result.csv')).objects];
	await download(few);
	const before = peak();
	const [errors, result] = await download(many);
	assert.equal((await alice.get(path(many[0], 'log'))).text.split('\n').length, 20003);
	assert.ok(errors.length === 20000 && errors.every((row, i) => row.lastname === String(5000 + i) && row._errors !== ''));
	assert.ok(result.length === 20000 && result.every((row, i) => row.lastname === String(5000 + i) && row.uuid !== ''));
	assert.equal(new Set(result.map((row) => row.uuid)).size, 20000);
	assert.deepEqual(site.pids('uploads'), [pid]);
	// With the sanitizers, memory that was freed is kept for a while.
	const sizesCount = !/\basan|libasan/.test(readFileSync(`/proc/${pid}/maps`, 'utf8'));
	assert.ok(!sizesCount || peak() - before < 1024, `${peak() - before} KiB more for 20,000 rows than for 3,000`);
});

test('the stored file is deleted after a question, and the page says who deleted it', async () => {
	const id = await send('firstname\nForgotten\n');
	const page = await site.page('carol');
	await page.goto(path(id, '').slice(0, -1));
	await page.click('text=Delete its stored files');
	await page.getByText('Do you want to delete the stored files of').waitFor();
	await assertAccessible(page);
	await assertFits(page);
	await page.getByRole('link', { name: 'Cancel' }).click();
	await page.getByText('Uploaded file').waitFor();
	await page.click('text=Delete its stored files');
	await page.click('button.danger');
	await page.getByText('carol has deleted its stored files.').waitFor();
	await page.getByText('The stored files of 1 import or update were deleted.').waitFor();
	assert.equal(await page.getByText('Uploaded file').count(), 0);
	await page.getByText('Imported: 1 user was created.').waitFor();
	await page.goto(imports);
	await page.click('summary:has-text("Delete stored files")');
	await assertAccessible(page);
	await page.getByRole('button', { name: 'Delete', exact: true }).click();
	await page.getByText('There were no stored files to delete.').waitFor();
	await page.context().close();
});
