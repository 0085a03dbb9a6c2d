// What strangers' files have in them: each of tests/data/strange is sent, and what
// expected.json says of it comes out.
import { test, after, before } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { Jobs, csv } from '../lib/jobs.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const expected = JSON.parse(readFileSync(data('strange/expected.json'), 'utf8'));

let jobs;
before(async () => {
	jobs = new Jobs(await freshSite());
});
after(() => jobs.close());

const said = (job) => job.issues.map((issue) => [issue.row, issue.column, issue.key].filter((part) => part !== null).join(' '));

test('every file is expected', () => {
	assert.deepEqual(readdirSync(data('strange')).filter((name) => name !== 'expected.json').sort(), Object.keys(expected).sort());
});

for (const [name, { state, issues, users }] of Object.entries(expected))
	test(name, async () => {
		await jobs.psql(`DELETE FROM incall; DELETE FROM extension; DELETE FROM users; DELETE FROM voicemail`);
		const job = await jobs.run('import', readFileSync(data(`strange/${name}`)));
		assert.deepEqual([job.state, said(job)], [state, issues]);
		assert.deepEqual(await jobs.value(`SELECT coalesce(json_agg(concat_ws('|', firstname, lastname, email, mobile_phone_number,
			(SELECT string_agg(exten, ';') FROM line JOIN extension ON line_id = line.id WHERE line.user_id = users.id),
			nullif(userfield, '')) ORDER BY users.id), '[]') FROM users`), users ?? []);
	});

test('in a column of crosses an empty cell is no', async () => {
	const job = await jobs.run('import', csv([{ firstname: 'Cross', supervision_enabled: 'x', enabled: '' },
		{ firstname: 'Empty', supervision_enabled: '', enabled: '' }]));
	assert.deepEqual([job.state, said(job)], ['done', ['0 bool_words']]);
	assert.deepEqual(await jobs.sql(`SELECT firstname, supervision_enabled, enabled FROM users
		WHERE firstname IN ('Cross', 'Empty') ORDER BY id`), [
		{ firstname: 'Cross', supervision_enabled: true, enabled: true },
		{ firstname: 'Empty', supervision_enabled: false, enabled: true },
	]);
});

test('an update warns of a provisioning code only where it is another', async () => {
	const made = await jobs.run('import', csv([{ firstname: 'Coded', line_protocol: 'sip', context: 'default', exten: '1090' }]));
	assert.equal(made.state, 'done');
	const { uuid, provisioning_code } = (await jobs.sql(`SELECT users.uuid, provisioning_code FROM users JOIN line ON user_id = users.id
		WHERE firstname = 'Coded'`))[0];
	for (const [code, issues] of [[provisioning_code, []], ['', []], ['123', ['1 provisioning_code column_ignored']]]) {
		const job = await jobs.run('update', csv([{ uuid, provisioning_code: code, userfield: String(code) }]));
		assert.deepEqual([job.state, said(job)], ['done', issues], code);
	}
});

test('a context alone, as it is filled down a column, asks for nothing', async () => {
	const job = await jobs.run('import', csv([{ firstname: 'Contexts', context: 'default', incall_context: 'from-extern',
		voicemail_context: 'default' }]));
	assert.deepEqual([job.state, said(job)], ['done', []]);
	const half = await jobs.run('import', csv([{ firstname: 'Half', incall_exten: '2044', voicemail_number: '1044', line_protocol: 'sip' }]));
	assert.deepEqual(said(half).sort(), ['1 group', '1 group', '1 group']);
});

test('an update warns of a doubtful text only where it is another', async () => {
	const made = await jobs.run('import', csv([{ firstname: 'Doubtful', lastname: 'NULL', username: 'none' }]));
	assert.deepEqual([made.state, said(made)], ['done', ['1 lastname doubtful.nothing', '1 username doubtful.nothing']]);
	const [{ uuid }] = await jobs.sql(`SELECT uuid FROM users WHERE firstname = 'Doubtful'`);
	for (const [row, issues] of [[{ lastname: 'NULL', username: 'none' }, []], [{ lastname: 'NULL', userfield: 'x' }, []],
		[{ lastname: 'N/A' }, ['1 lastname doubtful.nothing']], [{ lastname: 'Ren\u00c3\u00a9' }, ['1 lastname doubtful.garbled']]]) {
		const job = await jobs.run('update', csv([{ uuid, ...row }]));
		assert.deepEqual([job.state, said(job)], ['done', issues], JSON.stringify(row));
	}
});

test('the row of the header below a title is named', async () => {
	const job = await jobs.run('import', 'Staff\n\nfirstname,lastname\nAnn,Lee\n');
	assert.deepEqual([job.state, job.issues.map((issue) => issue.params.below)], ['failed', ['3']]);
});

test('what happened to values of a column is a cause of its own', async () => {
	const job = await jobs.run('import', csv(['01.02.2026', '1-Feb', '+33 (0)6 12 34 56 78', 'N/A', '2026-02-01', '-']
		.map((mobile_phone_number, n) => ({ firstname: `N${n}`, mobile_phone_number }))));
	assert.deepEqual(await jobs.sql(`SELECT min(params ->> 'hint') AS hint, count(*) FROM job_issue WHERE job_id = ${job.id}
		GROUP BY cause ORDER BY cause`), [{ hint: 'hint.date', count: 3 }, { hint: 'hint.trunk_zero', count: 1 }, { hint: 'hint.empty', count: 2 }]);
});
