// Jobs that ended long ago are forgotten where the setting says so, and nothing else is.
import assert from 'node:assert/strict';
import test from 'node:test';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';

const parts = ['job_row', 'job_row_block', 'job_change', 'job_chunk', 'job_issue', 'job_issue_row', 'job_log', 'job_made', 'job_row_change', 'job_change_block', 'job_row_secret'];

// Three jobs: an import, an update that was checked and applied, and a wrong file; the
// first two ended ten days ago.
async function siteWithJobs(settings) {
	const site = await freshSite({ settings });
	const api = apiOf(site, 'alice');
	const made = await api.import(csv({ firstname: 'Old' }));
	assert.equal(made.status, 201, made.text);
	const checked = await api.check('update', csv({ uuid: made.json.created[0].user_uuid, lastname: 'New' }));
	assert.equal(checked.status, 200, checked.text);
	assert.equal((await api.import(csv({ firstname: '' }))).status, 400);
	await site.psql("UPDATE job SET ended_at = ended_at - interval '10 days' WHERE id <= 2");
	const users = await site.dump();
	// A worker looks for such work as soon as it begins.
	await site.stop('worker');
	await site.start('worker');
	return { site, users };
}

// The jobs that a table has something of.
const left = async (site, table) =>
	await site.value(`SELECT array_agg(DISTINCT ${table === 'job' ? 'id' : 'job_id'}) FROM ${table}`) ?? [];

test('old jobs go with all that belongs to them, later ones and all users stay', async () => {
	const { site, users } = await siteWithJobs({ history_days: 9 });
	await until(async () => await site.value('SELECT count(*)::int FROM job') === 1);
	assert.deepEqual(await left(site, 'job'), [3]);
	for (const table of parts)
		assert.deepEqual((await left(site, table)).filter((id) => id !== 3), [], table);
	assert.equal(await site.dump(), users);
});

test('without the setting nothing is forgotten', async () => {
	const { site } = await siteWithJobs({});
	// The worker is there, and has had its look.
	assert.equal((await apiOf(site, 'alice').import(csv({ firstname: 'Next' }))).status, 201);
	assert.deepEqual(await left(site, 'job'), [1, 2, 3, 4]);
});
