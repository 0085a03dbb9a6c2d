// Rules of an import that look beyond one cell: rows beside rows, and what a fault
// must not hide.
import { test, after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Jobs, csv } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;
let jobs;
before(async () => {
	site = await freshSite();
	jobs = new Jobs(site);
});
after(() => jobs.close());

// Issues as "row column code"; without a column "row code".
const said = (job) => job.issues.map((i) => [i.row, i.column, i.code].filter((part) => part !== null).join(' '));

async function refused(rows, expected) {
	const job = await jobs.run('import', csv(rows));
	assert.deepEqual([job.state, said(job)], ['failed', expected]);
	return job;
}

const phone = (exten, more) => ({ line_protocol: 'sip', context: 'default', exten, ...more });
const incall = (exten, more) => ({ incall_exten: exten, incall_context: 'from-extern', ...more });

test('a SIP username is claimed by a row whose protocol is wrong or missing', async () => {
	await refused([
		{ firstname: 'A', ...phone('1001', { line_protocol: 'sipp', sip_username: 'claimed' }) },
		{ firstname: 'B', ...phone('1002', { line_protocol: '', sip_username: 'claimed' }) },
		{ firstname: 'C', ...phone('1003', { sip_username: 'claimed' }) },
		{ firstname: 'D', ...phone('1004', { line_protocol: 'sccp', sip_username: 'claimed' }) },
	], ['1 line_protocol choice', '2 line_protocol missing', '2 sip_username duplicate', '3 sip_username duplicate',
		'4 line_protocol sccp_silent', '4 sip_username column_ignored']);

	const made = await jobs.run('import', csv([{ firstname: 'Holder', ...phone('1005', { sip_username: 'held' }) }]));
	assert.equal(made.state, 'done');
	await refused([
		{ firstname: 'A', ...phone('1006', { line_protocol: 'sipp', sip_username: 'held' }) },
		{ firstname: 'B', sip_username: 'held' },
		{ firstname: 'C', ...phone('1007', { line_protocol: 'sccp', sip_username: 'held' }) },
	], ['1 line_protocol choice', '1 sip_username taken', '2 sip_username duplicate', '2 sip_username taken',
		'3 line_protocol sccp_silent', '3 sip_username column_ignored']);
});

test('ring seconds that do not fit to the numbers hide nothing else', async () => {
	const made = await jobs.run('import', csv([{ firstname: 'Holder', ...incall('2001') }]));
	assert.equal(made.state, 'done');
	await refused([
		{ firstname: 'A', ...incall('2001;2002;9', { incall_context: 'from-extern;from-extern;from-extern', incall_ring_seconds: '5' }) },
		{ firstname: 'B', ...incall('2002') },
		{ firstname: 'C', ...incall('2003', { incall_context: 'default', incall_ring_seconds: '1;2;3' }) },
		{ firstname: 'D', ...incall('2004', { incall_context: 'nowhere', incall_ring_seconds: ';' }) },
	], ['1 incall_exten exten_range', '1 incall_exten taken', '1 incall_ring_seconds invalid',
		'2 incall_exten duplicate',
		'3 incall_context context_type', '3 incall_ring_seconds invalid',
		'4 incall_context unknown', '4 incall_ring_seconds invalid']);
});

test('ring seconds alone in an update fit to the incall that is there', async () => {
	const made = await jobs.run('import', csv([{ firstname: 'Rings', ...incall('2010', { incall_ring_seconds: 7 }) }]));
	assert.equal(made.state, 'done');
	const uuid = await jobs.value(`SELECT uuid FROM users WHERE firstname = 'Rings'`);
	for (const rows of [[{ uuid, incall_ring_seconds: '1;2' }], [{ uuid, incall_context: 'from-extern;from-extern' }]]) {
		const job = await jobs.run('update', csv(rows));
		assert.equal(job.state, 'failed');
		assert.ok(said(job).includes(`1 ${Object.keys(rows[0])[1]} invalid`), said(job).join());
	}
	assert.deepEqual(await jobs.sql(`SELECT ring_seconds FROM incall WHERE exten = '2010' AND user_id IS NOT NULL`),
		[{ ring_seconds: 7 }]);
	// Rings that do not fit hide nothing of the number beside them, and detach nothing.
	const job = await jobs.run('update', csv([{ uuid, incall_exten: '9', incall_ring_seconds: '1;2' }]));
	assert.deepEqual(said(job).sort(), ['1 incall_exten exten_range', '1 incall_ring_seconds invalid']);
});

test('texts that point to another row name it as a spreadsheet does, blank rows and all', async () => {
	const file = 'firstname,lastname,email\n"A\nB",C,one@example.com\n\n,,\nD,E,two@example.com\n'
		+ 'F,G,two@example.com\nH,I,one@example.com\n';
	const job = await jobs.run('import', file);
	assert.deepEqual(said(job), ['3 email duplicate', '4 email duplicate']);
	assert.deepEqual(await jobs.sql(`SELECT row_number, sheet_row(job_id, row_number), line, params ->> 'row' AS other
		FROM job_issue WHERE job_id = ${job.id} ORDER BY n`), [
		{ row_number: 3, sheet_row: 6, line: 7, other: '5' }, { row_number: 4, sheet_row: 7, line: 8, other: '2' }]);
	assert.match(site.log('import'), /row=3 line=7 column=email code=duplicate text="Resource Error - 'email' 'email' is already on row 5"/);
});

test('a file without a header is told so, and its first row is told to nobody', async () => {
	const job = await jobs.run('import', 'Secret7,Smith,Secret7\nJane,Doe,x\n');
	assert.deepEqual(job.issues.map((i) => i.key), ['file.header_missing']);
	assert.doesNotMatch(JSON.stringify(job.issues) + site.log('import'), /Secret7/);
});

test('the log names columns where values stood, and the columns of the header', async () => {
	await refused([{ firstname: 'A', entity_id: 777, ...incall('2999999999') }],
		['1 entity_id entity', '1 incall_exten exten_range']);
	assert.match(site.log('import'), /code=entity text="Resource Error - entity entity_id is outside of your scope: leave the column entity_id out"/);
	assert.match(site.log('import'), /text="Input Error - Extension 'incall_exten' is outside of range for context 'context' \([0-9, -]+\)"/);
	assert.doesNotMatch(site.log('import'), /entity 777|2999999999/);

	await jobs.run('import', 'firstname,phonenumber,exten\nA,,\n');
	assert.match(site.log('import'), /text="the header has the column exten twice \(as phonenumber and exten\)/);
	await jobs.run('import', 'lastname\nA\n');
	assert.match(site.log('import'), /text="the header has no column firstname: /);
});

test('of a list as long as a cell may be, the report keeps the beginning', async () => {
	const job = await refused([{ firstname: 'A', incall_exten: '2001', incall_context: Array(5000).fill('from-extern').join(';') }],
		['1 incall_context invalid']);
	assert.match(job.issues[0].value, /^from-extern;.{188}…$/);
});

test('a secret that can be guessed and a PIN that cannot be typed are warnings, each time that they are new', async () => {
	const rows = [
		{ firstname: 'Short', ...phone('1020', { sip_secret: '1234567' }), call_permission_password: '12#4',
			voicemail_name: 'V', voicemail_number: '1020', voicemail_context: 'default', voicemail_password: '98#7' },
		{ firstname: 'Long', ...phone('1021', { sip_secret: '12345678' }), call_permission_password: '12*4' },
		{ firstname: 'Drawn', ...phone('1022') },
		{ firstname: 'None', ...phone('1023', { line_protocol: 'sccp', sip_secret: '1' }) },
	];
	const warnings = ['1 sip_secret secret_short', '1 call_permission_password pin_hash', '1 voicemail_password pin_hash'];
	const made = await jobs.run('import', csv(rows));
	assert.deepEqual([made.state, said(made)], ['done', [...warnings, '4 line_protocol sccp_silent', '4 sip_secret column_ignored']]);
	const uuids = await jobs.sql(`SELECT user_uuid FROM job_user WHERE job_id = ${made.id} ORDER BY row_number`);
	const short = { uuid: uuids[0].user_uuid, sip_secret: '1234567', call_permission_password: '12#4', voicemail_password: '98#7' };

	for (const row of [{ ...short, lastname: 'x' }, { uuid: uuids[3].user_uuid, line_protocol: 'sccp', lastname: 'x' }]) {
		const again = await jobs.run('update', csv([row]));
		assert.deepEqual([again.state, said(again)], ['done', []], 'what is stored was warned of before');
	}
	const other = await jobs.run('update', csv([{ ...short, sip_secret: '7654321' }]));
	assert.deepEqual([other.state, said(other)], ['done', warnings.slice(0, 1)]);

	// Who may not see secrets could try which one is stored, if the stored one warned of nothing.
	await jobs.psql(`UPDATE admin SET rights = array_remove(rights, 'users.secrets') WHERE username = 'alice'`);
	for (const sip_secret of ['7654321', '1234567'])
		assert.deepEqual(said(await jobs.run('update', csv([{ ...short, sip_secret }]))), warnings);
	await jobs.psql(`UPDATE admin SET rights = rights || '{users.secrets}' WHERE username = 'alice'`);
});

test('sccp lines are one warning a file, at the first', async () => {
	const sccp = (exten) => phone(exten, { line_protocol: 'sccp' });
	const job = await jobs.run('import', csv([{ firstname: 'A', ...phone('1030') }, { firstname: 'B', ...sccp('1031') }, { firstname: 'C', ...sccp('1032') }]));
	assert.deepEqual([job.state, said(job), job.issues[0].params.count], ['done', ['2 line_protocol sccp_silent'], '2']);
});

// From 1000 rows on a look at all rows says whether a value is there twice at all, before the rule runs.
test('one value that is there twice is found among many rows, each in a file of its own', async () => {
	const many = () => Array.from({ length: 1200 }, (_, i) => ({ firstname: `F${i}`, email: `many${i}@acme.test`, username: `many.${i}`,
		...phone(`${1200000 + i}`, { sip_username: `many${i}` }), ...incall(`${1300000 + i}`),
		voicemail_name: `V${i}`, voicemail_number: `${1400000 + i}`, voicemail_context: 'default' }));
	for (const [column, value, other] of [['email', 'TWICE@acme.test', 'twice@acme.test'], ['username', 'Twice', 'twice'],
		['sip_username', 'twice'], ['exten', '1299999'], ['incall_exten', '1399999', '+1399999']]) {
		const rows = many();
		rows[3][column] = value;
		rows[1100][column] = other ?? value;
		await refused(rows, [`1101 ${column} duplicate`]);
	}
	const rows = many();
	rows[1100].voicemail_number = rows[3].voicemail_number;
	const job = await jobs.run('import', csv(rows));
	assert.equal(job.state, 'done');
	assert.equal(await jobs.value(`SELECT count(DISTINCT voicemail_id)::int FROM users WHERE firstname IN ('F3', 'F1100')`), 1);
});

test('each row finds what its own names mean, however many other names the file has', async () => {
	const rows = Array.from({ length: 4500 }, (_, i) => ({ firstname: `F${i}`, line_protocol: 'sip', context: `place${i}` }));
	rows[10].context = rows[4400].context = 'default';
	const expected = rows.map((row, i) => [i + 1, row.context]).filter(([, context]) => context !== 'default');
	const job = await jobs.run('import', csv(rows));
	assert.equal(job.state, 'failed');
	assert.deepEqual(job.issues.map((i) => [i.row, i.column, i.code]), expected.map(([row]) => [row, 'context', 'unknown']));
	assert.deepEqual(job.issues.map((i) => i.value), expected.map(([, context]) => context));
});
