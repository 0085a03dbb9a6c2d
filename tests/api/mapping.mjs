// A file with names of its own, by the API and the command line: what its columns are said
// to mean, what is created for it, and how the answers name its columns.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { apiOf, jobOf } from '../lib/api.mjs';
import { freshSite } from '../lib/stack.mjs';
import { workbook } from '../lib/workbook.mjs';

let site, api, alice;
before(async () => {
	site = await freshSite();
	[api, alice] = [apiOf(site, 'alice'), await site.client('alice')];
});

const query = (options) => `?${new URLSearchParams(Object.entries(options).flatMap(([name, values]) => [values].flat().map((value) => [name, value])))}`;
const send = (text, options = {}) => api.import(text, {}, query(options));
const mapped = { split: 'Nom, Prénom:lastname,firstname', map: ['Poste:exten', 'Service:labels', 'Droits:call_permissions', 'Notes:ignore'],
	set: ['context:default', 'line_protocol:sip'] };
const header = '"Nom, Prénom",Poste,Service,Droits,Notes\n';
const file = (name, text) => {
	const path = join(site.dir, name);
	writeFileSync(path, text);
	return path;
};
const user = async (lastname) => (await site.sql(`SELECT u.firstname, u.lastname, x.exten, l.protocol FROM users u LEFT JOIN line l ON l.user_id = u.id
	LEFT JOIN extension x ON x.line_id = l.id WHERE u.lastname = '${lastname}'`))[0];

test('what is missing is one error, whose details propose the options that mend it', async () => {
	const text = '"Nom, Prénom",Nebenstelle,Bemerkung\n"Byron, Ada",1301,x\n';
	const answer = await send(text);
	assert.equal(answer.status, 400);
	assert.equal(answer.json.errors.length, 1);
	const [{ code, message, details }] = answer.json.errors;
	assert.equal(code, 'file');
	assert.deepEqual(details.proposals, ['split=Nom, Prénom:lastname,firstname'], 'the others are read as what they stand for');
	for (const proposal of details.proposals)
		assert.ok(message.includes(proposal), message);
	// What is proposed is taken.
	const options = { set: mapped.set };
	for (const proposal of details.proposals) {
		const [, name, value] = /^(\w+)=(.*)$/.exec(proposal);
		options[name] = [options[name] ?? [], value].flat();
	}
	const mended = await send(text, options);
	assert.equal(mended.status, 201, mended.text);
	assert.deepEqual(await user('Byron'), { firstname: 'Ada', lastname: 'Byron', exten: '1301', protocol: 'sip' });
	const asked = await send('firstname,"Nom, Prénom"\nA,\n', { unknown: 'ask' });
	assert.deepEqual(asked.json.errors[0].details.proposals, ['split=Nom, Prénom:lastname,firstname']);
});

test('two columns of one name cannot be mapped: which they are is said, and no page is offered', async () => {
	const upload = await alice.upload(Buffer.from('Vorname9;Nachname9;Telefon;Telefon\nJo;Doe;1;2\n'), { name: 'twice.csv' });
	assert.match(upload.location, /imports\/\d+$/);
	const { text } = await alice.get(upload.location);
	assert.match(text, /les colonnes 3, 4 ont le même nom/);
	assert.doesNotMatch(text, /\/mapping"/);
	// What the first row of a file without a header has is not told.
	const answer = await send('Jo,hunter22,hunter22\n');
	assert.match(answer.json.errors[0].message, /columns 2, 3 have the same name/);
	assert.doesNotMatch(answer.text, /hunter22/);
});

test('a context for all rows is that of each incoming number of a row', async () => {
	const made = await send('firstname,lastname,incall_exten\nNadia,Several,2791;2792\nOtto,Single,2793\nPia,None,\n', { set: 'incall_context:from-extern' });
	assert.equal(made.status, 201, made.text);
	assert.equal(await site.value(`SELECT string_agg(concat_ws(' ', lastname, exten, context.name), ', ' ORDER BY exten) FROM users JOIN incall ON user_id = users.id
		JOIN context ON context.id = context_id WHERE firstname IN ('Nadia', 'Otto', 'Pia')`),
	'Several 2791 from-extern, Several 2792 from-extern, Single 2793 from-extern');
	const cells = await send('firstname,incall_exten,incall_context\nNadia,2794;2795,from-extern\n');
	assert.deepEqual(cells.json.errors.map((error) => [error.code, error.details.column]), [['invalid', 'incall_context']], 'lists in cells have one length');
});

test('errors and warnings name our column, and beside it what the file calls it', async () => {
	const answer = await send(`${header}"Hopper, Grace",99,sales,,x\n"Lamarr, Hedy",1302,none such,,x\n`, mapped);
	assert.deepEqual(answer.json.errors.map(({ code, details }) => [code, details.row_number, details.column, details.source]),
		[['exten_range', 1, 'exten', 'Poste'], ['unknown', 2, 'labels', 'Service']]);
	const errors = (await alice.get(`/services/ipbx/imports/${jobOf(answer)}/errors.csv`)).text;
	assert.match(errors, /«\s99\s»[^[]*\[Poste\]/);
	assert.match(errors, /«\snone such\s»[^[]*\[Service\]/);
	assert.match((await alice.get(`/services/ipbx/imports/${jobOf(answer)}`)).text, /<code>exten<\/code><bdi class="source">Poste<\/bdi>/);
	const plain = await send('firstname,exten,context,line_protocol\nA,99,default,sip\n');
	assert.equal('source' in plain.json.errors[0].details, false, 'a file of ours has no other names');
	const split = await send(`${header}"${'x'.repeat(200)}, A",,,,\n`, mapped);
	assert.deepEqual(split.json.errors.map(({ details }) => [details.column, details.source]), [['lastname', 'Nom, Prénom']]);
});

test('labels and call permissions that are missing are created on request, by who may set up', async () => {
	const row = '"Turing, Alan",1303,New label;sales,New right;mobile,\n';
	const refused = await send(header + row, mapped);
	assert.deepEqual(refused.json.errors.map(({ details }) => details.value), ['New label', 'New right']);
	const checked = await send(header + row, { ...mapped, create_labels: 1, create_call_permissions: 1, dry_run: 1 });
	assert.equal(checked.status, 200, checked.text);
	const names = (table) => site.value(`SELECT count(*)::int FROM ${table} WHERE name LIKE 'New%' AND tenant_id = 1`);
	assert.deepEqual([await names('label'), await names('call_permission')], [0, 0], 'a check makes nothing');
	const made = await send(header + row, { ...mapped, create_labels: 1, create_call_permissions: 1 });
	assert.equal(made.status, 201, made.text);
	assert.deepEqual([await names('label'), await names('call_permission')], [1, 1]);
	const got = await api.user(made.json.created[0].user_uuid);
	assert.deepEqual(got.call_permissions.map((permission) => permission.name).sort(), ['New right', 'mobile']);
	assert.equal(await site.value(`SELECT count(*)::int FROM call_permission_rule r JOIN call_permission p ON p.id = r.call_permission_id WHERE p.name = 'New right'`), 0);
	await site.psql(`UPDATE admin SET rights = array_remove(rights, 'setup') WHERE username = 'alice'`);
	for (const option of ['create_labels', 'create_call_permissions'])
		assert.equal((await send(header + row, { ...mapped, [option]: 1 })).status, 403);
	await site.psql(`UPDATE admin SET rights = rights || '{setup}' WHERE username = 'alice'`);
});

test('a sheet and an encoding are chosen by name', async () => {
	const book = workbook({ Notes: [['x'], ['y']], Staff: [['firstname', 'lastname'], ['Wes', 'Sheet']] });
	assert.equal((await send(book, { sheet: 'Staff' })).status, 201);
	const missing = await send(book, { sheet: 'Gone' });
	assert.match(missing.json.errors[0].message, /no sheet of that name; it has Notes, Staff/);
	const latin = Buffer.from('firstname,lastname\nZo\xe9,Latin\n', 'latin1');
	assert.equal((await send(latin)).status, 400);
	assert.equal((await send(latin, { encoding: 'windows-1252' })).status, 201);
	assert.equal((await user('Latin')).firstname, 'Zoé');
	assert.equal((await send(latin, { encoding: 'utf-16' })).status, 400);
});

test('a mapping that makes no sense is refused before the file is read', async () => {
	for (const options of [{ map: 'Poste:nothing' }, { map: 'Poste' }, { split: 'Nom:lastname' }, { set: 'exten:1' }, { set: 'nothing:1' }, { create_labels: 'x' }])
		assert.equal((await send(`${header}"A, B",,,,\n`, options)).status, 400, JSON.stringify(options));
	const gone = await send(`${header}"A, B",,,,\n`, { ...mapped, map: [...mapped.map, 'Absent:email'] });
	assert.match(gone.json.errors[0].message, /no column Absent/);
	const twice = await send(`${header}"A, B",,,,\n`, { ...mapped, map: ['Poste:firstname', 'Service:ignore', 'Droits:ignore', 'Notes:ignore'] });
	assert.match(twice.json.errors[0].message, /gives firstname twice/);
});

test('the command line takes the same, and names the columns alike', async () => {
	const options = Object.entries({ ...mapped, 'create-labels': '' }).flatMap(([name, values]) => [values].flat()
		.map((value) => (value === '' ? `--${name}` : `--${name}=${value}`)));
	const bad = await site.command('import', '--tenant', 'acme', ...options, file('bad.csv', `${header}"Shell, A",99,Of the shell,,\n`));
	assert.equal(bad.status, 1);
	assert.match(bad.stdout, /error: row 2, exten \(Poste\): Input Error - Extension '99'/);
	const good = await site.command('import', '--tenant', 'acme', ...options, file('good.csv', `${header}"Shell, A",1304,Of the shell,,\n`));
	assert.equal(good.status, 0, good.stdout + good.stderr);
	assert.equal((await user('Shell')).exten, '1304');
	const sheet = await site.command('import', '--tenant', 'acme', '--sheet=Staff', file('staff.xlsx', workbook({ Notes: [['x']], Staff: [['firstname', 'lastname'], ['By', 'Sheets']] })));
	assert.equal(sheet.status, 0, sheet.stdout);
	const latin = await site.command('import', '--tenant', 'acme', '--encoding=windows-1252', file('latin.csv', Buffer.from('firstname,lastname\nZo\xe9,Latins\n', 'latin1')));
	assert.equal(latin.status, 0, latin.stdout);
	const other = await site.command('import', '--tenant', 'acme', '--create-call-permissions', file('right.csv', 'firstname,lastname,call_permissions\nR,Rights,Of the shell\n'));
	assert.equal(other.status, 0, other.stdout);
});

test('the file of a job comes back under its own name and as what it is', async () => {
	const original = (id) => alice.get(`/services/ipbx/imports/${id}/original.csv`);
	const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
	for (const [name, bytes, kind, file_] of [
		['staff.xlsx', workbook({ S: [['firstname'], ['Back']] }), xlsx, 'staff.xlsx'],
		// What was applied is kept as its one sheet, which is an .xlsx; what was refused as it was sent.
		['staff.ods', workbook({ S: [['firstname'], ['Back']] }, 'ods'), xlsx, 'staff.xlsx'],
		['wrong.ods', workbook({ S: [['firstname', 'email'], ['Back', 'no']] }, 'ods'), 'application/vnd.oasis.opendocument.spreadsheet', 'wrong.ods'],
		['secret.csv', Buffer.from('firstname\nBack\n'), 'text/csv', 'secret.csv']]) {
		const { location } = await alice.upload(bytes, { name });
		const answer = await original(/\d+$/.exec(location)[0]);
		assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, kind], name);
		assert.match(answer.headers.get('content-disposition'), new RegExp(`filename="?${file_}`));
	}
});
