// Uploads with secrets that are kept as they were sent: one that cannot be masked when its
// time has come does not keep the others.
import assert from 'node:assert/strict';
import test from 'node:test';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';

test('an upload that cannot be masked is passed over, and is masked when it can be', async () => {
	const site = await freshSite();
	const api = apiOf(site, 'alice');
	for (const password of ['first-Secret-1', 'second-Secret-1'])
		assert.equal((await api.import(csv({ firstname: '', password }))).status, 400);
	const kept = () => site.value("SELECT array_agg(DISTINCT job_id) FROM job_chunk WHERE kind = 'upload'");
	// A worker looks for such work as soon as it begins.
	const look = async (action) => {
		await site.stop('worker');
		await site.psql(action);
		await site.start('worker');
	};

	assert.deepEqual(await kept(), [1, 2]);
	await look(`UPDATE job SET ended_at = ended_at - interval '25 h';
		CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
		CREATE TRIGGER fail BEFORE DELETE ON job_chunk FOR EACH ROW WHEN (OLD.job_id = 1) EXECUTE FUNCTION fail()`);
	await until(async () => (await kept()).join() === '1');
	assert.match(site.log('worker'), /an upload could not be masked/);
	await look('DROP TRIGGER fail ON job_chunk');
	await until(async () => await kept() === null);
});
