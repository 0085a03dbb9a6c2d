// `rollcall convert` and `rollcall template`: files to begin with.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { parseCsv, parseObjects } from '../lib/csv.mjs';
import { data, freshSite, rollcall } from '../lib/stack.mjs';

let site;
before(async () => {
	site = await freshSite({ pages: 1, uploads: 1 });
});

// Resolves to {status, stdout, stderr}; `input` goes to standard input.
const convert = (file, input) => new Promise((done) => {
	const child = execFile(rollcall, ['convert', file], { maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
		done({ status: error?.code ?? 0, stdout, stderr }));
	child.stdin.on('error', () => {});
	child.stdin.end(input);
});

const importFile = (name, text) => {
	const file = join(site.dir, name);
	writeFileSync(file, text);
	return site.command('import', '--tenant', 'acme', '--json', file);
};

test('the file of the old web interface becomes one that imports with no warning but of its sccp line', async () => {
	const { status, stdout, stderr } = await convert(data('legacy_pipe.csv'));
	assert.equal(status, 0);
	const [fode, mamasta] = parseObjects(stdout);
	assert.equal(fode.outgoing_caller_id, 'Fodé "Fo" Sanderson <0033142000000>');
	assert.deepEqual([fode.entity_id, fode.exten, fode.line_protocol, fode.cti_profile_name, fode.voicemail_ask_password],
		['1', '1010', 'sip', 'Client', '1']);
	assert.equal(mamasta.supervision_enabled, '0');
	for (const name of ['agentnumber', 'bosssecretary', 'callerid']) {
		assert.match(stderr, new RegExp(`${name} is left out: nothing corresponds to it; \\d cells? held data`));
		assert.ok(!(name in fode));
	}
	assert.match(stderr, /the separator was "\|", it is now a comma/);
	assert.match(stderr, /linesecret is now sip_secret/);
	assert.ok(!stderr.includes('fodesecret'));
	const done = await importFile('converted.csv', stdout);
	assert.equal(done.status, 0, done.stdout);
	assert.deepEqual(JSON.parse(done.stdout).warnings.map((warning) => warning.code), ['sccp_silent']);
});

test('Windows-1252 becomes UTF-8, from a pipe too', async () => {
	for (const answer of [await convert(data('bad/latin1.csv')), await convert('-', readFileSync(data('bad/latin1.csv')))]) {
		assert.equal(answer.status, 0);
		assert.equal(answer.stdout, 'firstname,lastname\r\nJosé,Latin1\r\n');
		assert.match(answer.stderr, /read as Windows-1252, written as UTF-8/);
	}
});

test('what converts once converts twice to the same, and then nothing is said', async () => {
	for (const name of ['legacy_pipe.csv', 'excel_semicolon_bom.csv', 'tab.csv', 'tricky.csv', 'wazo_export.csv',
		'xivo_16_13_export.csv', 'full.csv', 'lone_cr.csv', 'sep_line.csv', 'escaped_list.csv', 'bad/latin1.csv']) {
		const first = await convert(data(name));
		assert.equal(first.status, 0, name);
		assert.doesNotThrow(() => parseCsv(first.stdout), name);
		assert.deepEqual(await convert('-', first.stdout), { status: 0, stdout: first.stdout, stderr: '' }, name);
	}
});

test('of a file that cannot be read nothing is written, and why is said', async () => {
	for (const [name, said] of Object.entries({ 'bad/empty.csv': /no rows/, 'bad/nul.csv': /NUL byte/, 'bad/utf16.csv': /UTF-16/,
		'bad/really_xlsx.csv': /spreadsheet/, 'bad/unclosed_quote.csv': /never closed/,
		'bad/text_after_quote.csv': /after a closing quote/, 'bad/duplicate_header.csv': /twice/ })) {
		const { status, stdout, stderr } = await convert(data(name));
		assert.deepEqual([name, status, stdout], [name, 1, '']);
		assert.match(stderr, said, name);
	}
	// The fault is behind what would be written first.
	const { status, stdout } = await convert('-', `firstname\n${'A\n'.repeat(200000)}"B`);
	assert.deepEqual([status, stdout], [1, '']);
});

test('a row that does not fit is said and goes through as it is', async () => {
	const { status, stdout, stderr } = await convert(data('bad/ragged.csv'));
	assert.equal(status, 1);
	assert.match(stderr, /row 3: the row has 1 cells, the header 2/);
	assert.equal(stdout, 'firstname,lastname\r\nA,B\r\nC\r\nD,E,F\r\n');
});

test('files that are not there, and other words', async () => {
	const gone = await convert(join(site.dir, 'nowhere.csv'));
	assert.equal(gone.status, 3);
	assert.match(gone.stderr, /nowhere\.csv: cannot be opened/);
	assert.equal((await convert('--nope')).status, 2);
	assert.equal((await site.command('convert')).status, 2);
	assert.equal((await site.command('convert', 'a', 'b')).status, 2);
});

// ---- template

test('the template has the columns that an import reads, or an update', async () => {
	const fields = (await site.command('fields')).stdout.trim().split('\n').slice(1).map((line) => line.split(' ')[0]);
	const template = await site.command('template');
	assert.deepEqual(parseCsv(template.stdout), [fields.filter((name) => name !== 'uuid' && name !== 'provisioning_code')]);
	assert.deepEqual(parseCsv((await site.command('template', '--update')).stdout),
		[fields.filter((name) => name !== 'provisioning_code')]);
	assert.equal((await site.command('template', '--nope')).status, 2);
});

test('the pages give the same files, to who wants commas', async () => {
	await site.psql(`UPDATE admin SET separator = 'comma' WHERE username = 'alice'`);
	const alice = await site.client('alice');
	for (const [option, path] of [[[], 'import/template.csv'], [['--examples'], 'import/template.csv?examples=1'],
		[['--update'], 'update/template.csv']]) {
		const page = await alice.get(`/services/ipbx/users/${path}`);
		assert.equal(page.status, 200);
		assert.equal(page.text, (await site.command('template', ...option)).stdout);
	}
});

test('the examples are users that import as they are', async () => {
	const { stdout } = await site.command('template', '--examples');
	const rows = parseObjects(stdout);
	assert.deepEqual(rows.map((row) => `${row.firstname} ${row.lastname} ${row.exten}`),
		['John Doe 1000', 'George Clinton 1001', 'Bill Bush 1002']);
	assert.deepEqual([rows[0].incall_exten, rows[0].voicemail_number], ['2050', '1000']);
	const done = await importFile('examples.csv', stdout);
	assert.equal(done.status, 0, done.stdout);
	assert.deepEqual(JSON.parse(done.stdout).warnings.map((warning) => warning.code), ['sccp_silent'], 'Bill has such a line');
});
