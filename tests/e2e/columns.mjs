// Every column of a file, from its cell into the database and onto the user's page:
// tests/data/full.csv has a user with all of them and one with a first name alone.
// tests/unit/test_drift.c sees that the file has every column.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { jobId } from '../lib/client.mjs';
import { csv } from '../lib/jobs.mjs';
import { listColumns, sampleRow, storedColumns } from '../lib/columns.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const sample = sampleRow();
const columns = listColumns().filter(({ name }) => name in sample);
const isList = ({ type }) => ['names', 'extens', 'numbers'].includes(type);
// The items of a cell, in no order: \; is a ; and \\ a \ of an item.
const items = (cell) => cell.split(/(?<!\\);/).map((item) => item.replace(/\\([;\\])/g, '$1')).sort();

let site, page;
const stored = async (firstname) => (await site.sql(storedColumns(`u.firstname = '${firstname}'`)))[0];

before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
	const job = await site.jobEnded(jobId(await (await site.client('alice')).upload(data('full.csv'))));
	assert.deepEqual([job.state, job.errors, job.warnings], ['done', 0, 0],
		JSON.stringify(await site.sql('SELECT * FROM job_issue')));
});

// Column => what the user's page shows: the texts of the <dd> of that class.
async function shown(firstname) {
	const uuid = await site.value(`SELECT uuid FROM users WHERE firstname = '${firstname}'`);
	page ??= await site.page('alice');
	await page.goto(`/services/ipbx/users/${uuid}`);
	const show = page.getByRole('button', { name: 'Show' }).first();
	if (await show.count() > 0)
		await Promise.all([page.waitForURL(/secrets/), show.click()]);
	return page.evaluate(() => Object.fromEntries(
		[...document.querySelectorAll('dd[class]')].map((dd) => [dd.className, dd.textContent])));
}

test('a row with every column is stored as it was written', async () => {
	const row = await stored('Zoé');
	for (const column of columns.filter(({ name }) => name !== 'password')) {
		const { name } = column;
		assert.notEqual(sample[name], '', `tests/data/full.csv has no value of ${name}`);
		if (isList(column))
			assert.deepEqual(items(row[name]), items(sample[name]), name);
		else
			assert.equal(row[name], sample[name], name);
	}
});

test('its password is kept as a yescrypt hash that fits it', async () => {
	const hash = await site.value(`SELECT password_hash FROM users WHERE firstname = 'Zoé'`);
	assert.match(hash, /^\$y\$/);
	// Perl's crypt is that of the system, which knows yescrypt.
	const again = execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', 'zoe Pass é', hash]).toString();
	assert.equal(again, hash);
});

test('the page of the user shows every column', async () => {
	const dd = await shown('Zoé');
	for (const column of columns.filter(({ name }) => name !== 'password')) {
		const { name, type } = column;
		if (isList(column))
			assert.deepEqual(dd[name].split('\n').sort(), items(sample[name]), name);
		else
			assert.equal(dd[name], type === 'bool' ? ['No', 'Yes'][sample[name]] : sample[name], name);
	}
	assert.equal(dd.password, '********');
	assert.match(dd.provisioning_code, /^\d{6}$/);
	assert.match(dd.uuid, /^[0-9a-f-]{36}$/);
});

// What an empty cell of a column means, as a cell.
const meant = ({ empty }) => (empty === 'null' || empty === '' ? null : empty);

test('empty cells mean what the table of columns says', async () => {
	const row = await stored('Vide');
	for (const column of columns.filter(({ name }) => !['entity_id', 'firstname'].includes(name)))
		assert.equal(row[column.name], column.table === 'users' ? meant(column) : null, column.name);
	assert.equal(row.entity_id, '1');
	// A voicemail and a line that say no more than they must have the defaults too.
	const given = { firstname: 'Peu', line_protocol: 'sip', context: 'default', voicemail_name: 'Peu', voicemail_number: '1889',
		voicemail_context: 'default' };
	const client = await site.client('alice');
	await site.jobEnded(jobId(await client.upload(Buffer.from(csv([given])))));
	const few = await stored('Peu');
	assert.match(few.sip_username, /^[a-z0-9]{8}$/);
	assert.match(few.sip_secret, /^[A-Za-z0-9]{16}$/);
	for (const column of columns.filter(({ name, table, empty }) => ['line', 'voicemail'].includes(table)
		&& !(name in given) && empty !== 'generated'))
		assert.equal(few[column.name], meant(column), column.name);
});
