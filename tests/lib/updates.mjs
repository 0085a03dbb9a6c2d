// What the tests of the update share: a site, new users for each test, and updates of them that must
// be applied or refused.
import { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { storedColumns } from './columns.mjs';
import { Jobs, csv } from './jobs.mjs';
import { freshSite } from './stack.mjs';
import { wideSite } from './wide.mjs';

export let site;
export let jobs;
before(async () => {
	site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
});
after(() => jobs?.close());

// Unused numbers: fresh() for phones and voicemails, freshIn() for incalls.
let last = 1000000;
export const fresh = () => String(++last);
export const freshIn = () => String(++last + 1000000);

export const phone = (exten, more) => ({ line_protocol: 'sip', context: 'default', exten, ...more });
export const incall = (exten, more) => ({ incall_exten: exten, incall_context: 'from-extern', ...more });
export const voicemail = (number, more) => ({ voicemail_name: 'Voice', voicemail_number: number, voicemail_context: 'default', ...more });

// Imports users and resolves to their uuids.
export async function make(...rows) {
	const file = csv(rows.map((row, i) => ({ firstname: `User ${i + 1}`, ...row })));
	const job = await jobs.run('import', file, { tenant: rows[0].entity_id ?? 1 });
	assert.deepEqual([job.state, job.issues.filter((issue) => issue.level === 'error')], ['done', []]);
	return (await jobs.sql(`SELECT user_uuid FROM job_user WHERE job_id = ${job.id} ORDER BY row_number`)).map((row) => row.user_uuid);
}

export const update = (rows, options) => jobs.run('update', csv(rows), options);
export const said = (job) => job.issues.map(({ row, column, key }) => [row, column, key].filter((part) => part !== null).join(' '));
export const user = async (uuid) => (await jobs.sql(storedColumns(`u.uuid = '${uuid}'`)))[0];

// Asserts that the update is applied with exactly these warnings, and changes `changed` rows.
export async function applies(rows, changed, warnings = [], options = {}) {
	const job = await update(rows, options);
	assert.deepEqual(said(job), warnings);
	assert.deepEqual([job.state, job.errors, job.warnings], ['done', 0, warnings.length]);
	assert.deepEqual([job.counts.changed, job.counts.unchanged], [changed, rows.length - changed]);
	const rowsTold = await jobs.value(`SELECT count(*)::int FROM job_user WHERE job_id = ${job.id} AND how IS DISTINCT FROM 'unchanged'`);
	assert.equal(rowsTold, changed);
	return job;
}

// All data of the tenants, to check that nothing was changed.
const everything = () => jobs.value(`SELECT json_agg(t) FROM (${['voicemail', 'users', 'line', 'extension', 'incall', 'user_label', 'user_call_permission']
	.map((table) => `SELECT '${table}', md5(string_agg(concat_ws(' ', t.xmin, t.ctid, t), ' ' ORDER BY t.ctid)) FROM ${table} t`).join(' UNION ALL ')}) t`);

// Asserts that the update is refused with exactly these errors and warnings, and changes nothing.
export async function refused(rows, issues, options = {}) {
	const before = await everything();
	const job = await update(rows, options);
	assert.deepEqual(said(job), issues);
	assert.deepEqual([job.state, job.errors + job.warnings, job.counts], ['failed', issues.length, {}]);
	assert.ok(job.errors > 0);
	assert.deepEqual(await everything(), before);
	return job;
}
