// The options of a job: by the API, the command line and the form they are the same.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { apiOf, csv, jobOf } from '../lib/api.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, api, user;
before(async () => {
	site = await freshSite();
	api = apiOf(site, 'alice');
	user = (await api.import(csv({ firstname: 'A', lastname: 'B' }))).json.created[0].user_uuid;
});

const file = () => csv({ uuid: user, lastname: 'C' });

test('options are kept with the job and shown with it', async () => {
	const answer = await api.update(file(), {}, '?zeros=lost&replace_incalls=1');
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual((await api.job(jobOf(answer))).options, { zeros: 'lost', replace_incalls: '1' });
});

test('what is meant anyway is not kept', async () => {
	const answer = await api.update(file(), {}, '?zeros=kept&replace_incalls=0');
	assert.deepEqual((await api.job(jobOf(answer))).options, {});
});

test('a value that an option does not have is 400, and nothing is stored', async () => {
	const jobs = await site.value('SELECT count(*) FROM job');
	for (const query of ['?zeros=gone', '?replace_incalls=2', '?zeros=', '?zeros=lost&zeros=lost']) {
		const answer = await api.update(file(), {}, query);
		assert.equal(answer.status, 400, query);
		assert.match(answer.json.detail, /zeros|replace_incalls/);
	}
	assert.equal(await site.value('SELECT count(*) FROM job'), jobs);
});

test('an import does not know the options of an update, and an update no misspelt ones', async () => {
	assert.equal((await api.import(csv({ firstname: 'D' }), {}, '?zeros=lost')).status, 400);
	const answer = await api.update(file(), {}, '?zeroes=lost');
	assert.equal(answer.status, 400);
	assert.match(answer.json.detail, /did you mean "zeros"/);
});

test('a repeated key is the same job with the same options only', async () => {
	const key = { 'idempotency-key': 'options-1' };
	const first = await api.update(file(), key, '?zeros=lost');
	assert.equal(first.status, 200);
	assert.equal(jobOf(await api.update(file(), key, '?zeros=lost')), jobOf(first));
	assert.equal((await api.update(file(), key)).status, 422);
	assert.equal((await api.update(file(), key, '?zeros=lost&replace_incalls=1')).status, 422);
	assert.equal((await api.update(file(), key, '?zeros=lost&dry_run=1')).status, 422);
});

test('the command line', async () => {
	writeFileSync(join(site.dir, 'update.csv'), file());
	const done = await site.command('update', '--tenant', 'acme', '--zeros=lost', '--replace-incalls', join(site.dir, 'update.csv'));
	assert.equal(done.status, 0, done.stderr);
	assert.deepEqual(await site.value('SELECT options FROM job ORDER BY id DESC LIMIT 1'), { zeros: 'lost', replace_incalls: '1' });
	const wrong = await site.command('update', '--tenant', 'acme', '--zeros=gone', join(site.dir, 'update.csv'));
	assert.notEqual(wrong.status, 0);
	assert.match(wrong.stderr, /zeros must be one of: kept, lost/);
	assert.notEqual((await site.command('import', '--zeros=lost', join(site.dir, 'update.csv'))).status, 0);
});
