// The exported file in LibreOffice Calc: opened as it comes it runs no formula and
// keeps accents; with all columns as text it keeps every value.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { parseCsv, unguard } from '../lib/csv.mjs';
import { freshSite } from '../lib/stack.mjs';

const run = promisify(execFile);

// What a spreadsheet likes to damage or to run.
const texts = ['=1+1', '=HYPERLINK("http://example.org","x")', '@SUM(1)', '-2+3', '+2+3', '+33612345678', '0100', '00',
	'1e5', '12345678901234567890', '1/2', '2024-01-31', 'TRUE', 'Île-de-France', 'Fodé', '漢字', 'שלום', "'quoted", 'a;b', 'a,"b"', '1,5', '_x000D_', ' two  blanks ',
	'two\nlines', '<b> & "c"', '\u00a0', "''=2"];

let site, exported;
before(async () => {
	site = await freshSite({ pages: 1, uploads: 1 });
	// The spreadsheet is told that commas separate.
	await site.psql(`UPDATE admin SET separator = 'comma'`);
	await site.psql(`INSERT INTO users (tenant_id, firstname, lastname, userfield)
		SELECT 1, 'n', lpad(n::text, 3, '0'), text FROM unnest(ARRAY[${texts.map((text) => `$q$${text}$q$`).join(', ')}])
		WITH ORDINALITY t (text, n)`);
	const alice = await site.client('alice');
	exported = (await alice.get('/services/ipbx/users/export', { bytes: true })).bytes;
	writeFileSync(join(site.dir, 'export.csv'), exported);
	writeFileSync(join(site.dir, 'book.xlsx'),
		(await alice.get('/services/ipbx/users/export?format=xlsx', { bytes: true })).bytes);
	writeFileSync(join(site.dir, 'raw.csv'), (await site.command('export', '--raw', '--tenant', 'acme')).stdout);
});

// Converts files by Calc; resolves to the texts of the new ones.
async function calc(files, to, name, ...options) {
	await run('soffice', [`-env:UserInstallation=file://${site.dir}/office`, '--headless', ...options,
		'--convert-to', to, '--outdir', join(site.dir, name), ...files.map((file) => join(site.dir, file))], { timeout: 120000 });
	return files.map((file) => readFileSync(join(site.dir, name, file.replace('.csv', `.${to.split(':')[0]}`)), 'utf8'));
}

const formulas = (sheet) => [...sheet.matchAll(/table:formula="([^"]*)"/g)].map((match) => match[1]);

// What the window Text Import comes with, where the byte order mark is understood:
// comma, quotes, UTF-8, each column as Calc thinks right.  Without a screen there is
// no such window, and the mark is not looked at.
const asItComes = '--infilter=Text - txt - csv (StarCalc):44,34,76';

// Calc takes seconds to start: both are opened by one.
let sheets;
const opened = () => sheets ??= calc(['raw.csv', 'export.csv'], 'fods', 'opened', asItComes);

test('opened as it comes it runs no formula', async () => {
	// That a formula would be seen: the same users without the guard.
	const [raw, guarded] = await opened();
	assert.ok(formulas(raw).length >= 2);
	assert.deepEqual(formulas(guarded), []);
	const [unasked] = await calc(['export.csv'], 'fods', 'unasked');
	assert.deepEqual(formulas(unasked), []);
});

test('opened as it comes it keeps accents and other scripts', async () => {
	const [, sheet] = await opened();
	for (const text of ['uuid', 'Île-de-France', 'Fodé', '漢字', 'שלום'])
		assert.ok(sheet.includes(`<text:p>${text}</text:p>`), text);
});

// As the page beside the export says: UTF-8, comma, all columns as text.
test('with all columns as text it is saved as it was: leading zeros, +, every value', async () => {
	const [header] = parseCsv(exported.toString().slice(1));
	const columns = header.map((_, i) => `${i + 1}/2`).join('/');
	const [saved] = await calc(['export.csv'], 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false', 'text',
		`--infilter=Text - txt - csv (StarCalc):44,34,76,1,${columns},0,false,true,false`);
	const records = parseCsv(`${saved.replace(/^\ufeff/, '').replaceAll(/\r?\n/g, '\r\n')}`);
	// Calc writes a line break in a cell as the file's line ends.
	const lines = (all) => all.map((record) => record.map((cell) => cell.replaceAll('\r\n', '\n')));
	assert.deepEqual(lines(records), parseCsv(exported.toString().slice(1)));
	const field = header.indexOf('userfield');
	assert.deepEqual(lines(records).slice(1).map((record) => unguard(record[field])), texts);
});

test('and comes back by an update that changes nothing', async () => {
	const alice = await site.client('alice');
	const saved = readFileSync(join(site.dir, 'text/export.csv'));
	const versions = () => site.sql('SELECT id, xmin::text FROM users ORDER BY id');
	const before = await versions();
	const answer = await alice.upload(saved, { path: '/services/ipbx/users/update' });
	assert.equal(answer.status, 303, answer.text);
	const job = await site.jobEnded(Number(/\d+$/.exec(answer.location)[0]));
	assert.equal(job.state, 'done');
	assert.equal(Number(job.counts.unchanged), texts.length, JSON.stringify(job.counts));
	assert.deepEqual(await versions(), before);
});

// As people do: opened, saved, sent back, with nothing chosen anywhere.
for (const type of ['xlsx', 'ods']) {
	test(`a workbook that Calc opened and saved as .${type} comes back by an update that changes nothing`, async () => {
		await run('soffice', [`-env:UserInstallation=file://${site.dir}/office`, '--headless', '--convert-to', type,
			'--outdir', join(site.dir, 'book'), join(site.dir, 'book.xlsx')], { timeout: 120000 });
		const alice = await site.client('alice');
		const versions = () => site.sql('SELECT id, xmin::text FROM users ORDER BY id');
		const before = await versions();
		const answer = await alice.upload(readFileSync(join(site.dir, `book/book.${type}`)),
			{ path: '/services/ipbx/users/update', name: `book.${type}` });
		assert.equal(answer.status, 303, answer.text);
		const job = await site.jobEnded(Number(/\d+$/.exec(answer.location)[0]));
		assert.equal(job.state, 'done');
		assert.equal(Number(job.counts.unchanged), texts.length, JSON.stringify(job.counts));
		assert.deepEqual(await versions(), before);
	});
}
