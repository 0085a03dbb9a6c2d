// Workbooks sent as they are: .xlsx and .ods give what the same CSV file gives, told
// by the sheet's rows.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { apiOf, csv, jobOf, told } from '../lib/api.mjs';
import { parseCsv } from '../lib/csv.mjs';
import { freshSite } from '../lib/stack.mjs';
import { cellsOf, textsOf, workbook } from '../lib/workbook.mjs';

let site, api, alice;
before(async () => {
	site = await freshSite();
	api = apiOf(site, 'alice');
	alice = await site.client('alice');
});

const rowsOf = (objects) => {
	const names = [...new Set(objects.flatMap(Object.keys))];
	return [names, ...objects.map((object) => names.map((name) => object[name] ?? ''))];
};

for (const type of ['xlsx', 'ods']) {
	test(`.${type}: numbers, booleans and texts become users; a gap in the sheet is none in the answer`, async () => {
		const n = type === 'xlsx' ? 0 : 50;
		const rows = [['firstname', 'exten', 'context', 'line_protocol', 'mobile_phone_number', 'enabled', 'userfield'],
			['Ann', 1001 + n, 'default', 'sip', '0612345678', true, 'é, "quoted" & <tagged>'], [],
			['Bea', String(1002 + n), 'default', 'sip', 612345678, false, 'two\nlines']];
		const answer = await api.import(workbook({ People: rows, Other: [['firstname'], ['Nobody']] }, type));
		assert.equal(answer.status, 201, answer.text);
		assert.deepEqual(answer.json.created.map((row) => row.row_number), [1, 3]);
		assert.deepEqual(told(answer.json.warnings), [['number_cell', 0, 'exten'], ['number_cell', 0, 'mobile_phone_number']]);
		const [ann, bea] = await Promise.all(answer.json.created.map((row) => api.user(row.user_uuid)));
		assert.deepEqual([ann.extensions[0].exten, ann.mobile_phone_number, ann.enabled, ann.userfield],
			[String(1001 + n), '0612345678', true, 'é, "quoted" & <tagged>']);
		assert.deepEqual([bea.extensions[0].exten, bea.mobile_phone_number, bea.enabled, bea.userfield],
			[String(1002 + n), '612345678', false, 'two\nlines']);
	});

	test(`.${type}: what is wrong is told as of a CSV file, and nothing is applied`, async () => {
		const objects = [{ firstname: 'A', email: 'no', exten: '1', context: 'nowhere', line_protocol: 'sip' },
			{ firstname: '', email: 'a@example.com' }, { firstname: 'C', enabled: '2', email: 'a@example.com' }];
		const plain = await api.import(csv(...objects));
		const sheet = await api.import(workbook({ People: rowsOf(objects) }, type));
		const clean = (errors) => errors.map(({ timestamp, ...rest }) => rest);
		assert.deepEqual([sheet.status, clean(sheet.json.errors)], [400, clean(plain.json.errors)]);
	});

	test(`.${type}: dates are refused by name`, async () => {
		const answer = await api.import(workbook({ S: [['firstname', 'exten'], ['A', new Date(Date.UTC(2026, 10, 29))]] }, type));
		assert.equal(answer.status, 400);
		assert.deepEqual(told(answer.json.errors), [['invalid', 1, 'exten']]);
		assert.match(answer.json.errors[0].message, /'2026-11-29.*' is not valid \(text, but the sheet holds a date/);
	});
}

test('a workbook with secrets is kept with them masked, each row where it stood, and without its other sheets', async () => {
	const rows = [['firstname', 'password', 'simultaneous_calls'], ['Cy', 'very-Secret-1', 3], [], ['Dee', 'very-Secret-2', 4]];
	const answer = await api.import(workbook({ People: rows, Passwords: [['root'], ['other-Secret']] }));
	assert.equal(answer.status, 201, answer.text);
	const kept = await site.sql(`SELECT encode(string_agg(data, '' ORDER BY seq), 'hex') AS hex FROM job_chunk WHERE job_id = ${jobOf(answer)}`);
	const bytes = Buffer.from(kept[0].hex, 'hex');
	assert.ok(!bytes.includes('Secret'));
	assert.deepEqual(textsOf(bytes), [rows[0], ['Cy', '********', 3], ['', '', ''], ['Dee', '********', 4]]);
	const result = await alice.get(`/services/ipbx/imports/${jobOf(answer)}/result.csv`);
	assert.match(result.text, /Cy.*\r\nDee/);
});

test('errors.csv of a workbook names the rows that are wrong', async () => {
	const answer = await api.import(workbook({ S: [['firstname', 'email'], [], ['A', 'fine@example.com'], [], ['B', 'not']] }));
	assert.deepEqual(told(answer.json.errors), [['invalid', 4, 'email']]);
	const errors = await alice.get(`/services/ipbx/imports/${jobOf(answer)}/errors.csv?only=errors`);
	assert.match(errors.text, /_errors;firstname;email\r\n.*email.*;B;not\r\n$/);
});

test('what is no whole workbook is one error of the file', async () => {
	const whole = workbook({ S: [['firstname'], ['A']] });
	for (const [bytes, phrase] of [[whole.subarray(0, whole.length / 2), /damaged or incomplete/],
		[Buffer.from('PK\x03\x04'), /damaged or incomplete/], [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /older kind \(\.xls\)/]]) {
		const answer = await api.import(bytes);
		assert.equal(answer.status, 400);
		assert.deepEqual(told(answer.json.errors), [['file', 0, null]]);
		assert.match(answer.json.errors[0].message, phrase);
	}
});

test('an export as .xlsx has texts alone, the same as the CSV, and an update with it changes nothing', async () => {
	const people = [{ firstname: '=1+1', lastname: '0012', userfield: ' a \n_x000D_ <b>&"c"', mobile_phone_number: '+33612345678' },
		{ firstname: 'Zoë', userfield: '1e5', password: 'a-Secret-17' }];
	assert.equal((await api.import(csv(...people))).status, 201);
	const send = (path, headers) => fetch(new URL(path, site.url), { headers: { ...api.headers, ...headers } });
	const answer = await send('/1.1/users/export?format=xlsx');
	assert.deepEqual([answer.status, answer.headers.get('content-type')],
		[200, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']);
	assert.match(answer.headers.get('content-disposition'), /user_export_[-\d_]+\.xlsx/);
	const bytes = Buffer.from(await answer.arrayBuffer());
	assert.ok(cellsOf(bytes).flat().every((cell) => cell === undefined || cell.t === 's'));
	const plain = parseCsv(await (await send('/1.1/users/export')).text());
	assert.deepEqual(textsOf(bytes), plain);
	const accepted = await send('/1.1/users/export', { accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, text/csv' });
	assert.ok(Buffer.from(await accepted.arrayBuffer()).equals(bytes));

	const before = await site.sql('SELECT id, xmin::text FROM users ORDER BY id');
	const update = await api.update(bytes);
	assert.equal(update.status, 200, update.text);
	assert.deepEqual([update.json.updated, update.json.unchanged], [[], plain.length - 1]);
	assert.deepEqual(await site.sql('SELECT id, xmin::text FROM users ORDER BY id'), before);
});
