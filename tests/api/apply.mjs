// POST /1.1/imports/{id}/apply: what was checked is applied, once, and only as it was
// checked.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv, jobOf, told } from '../lib/api.mjs';
import { siteOfKinds, stands, until, whileHeld } from '../lib/held.mjs';

let site, jobs, api, bob, root, importer, updater;
before(async () => {
	site = await freshSite({ setup: siteOfKinds(), uploads: 3 });
	jobs = new Jobs(site);
	[api, bob, root, importer, updater] = ['alice', 'bob', 'root', 'importer', 'updater'].map((user) => apiOf(site, user));
});
after(() => jobs?.close());

const named = (name) => api.export(`?search=${encodeURIComponent(name)}`);

async function checked(kind, ...rows) {
	const answer = await api.check(kind, csv(...rows));
	assert.equal(answer.status, 200, answer.text);
	return jobOf(answer);
}

async function make(...rows) {
	const made = await api.import(csv(...rows));
	assert.equal(made.status, 201, made.text);
	return made.json.created.map((row) => row.user_uuid);
}

// Refused in one sentence, and nothing is done.
async function refused(answer, status, detail, what) {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.json.detail, detail);
	if (what)
		assert.deepEqual(await site.content(), what);
}

test('an import is made as it was planned, by the same job', async () => {
	const id = await checked('import', { firstname: 'Ada', username: 'ada', password: 'ada-Secret-1', line_protocol: 'sip', context: 'default', exten: '1001' });
	const { plan } = await api.job(id);
	const applied = await api.apply(id);
	assert.equal(applied.status, 201, applied.text);
	assert.equal(applied.headers.get('content-location'), `/1.1/imports/${id}/result`);
	const [user] = await named('Ada');
	assert.equal(applied.json.created[0].user_uuid, user.uuid);
	assert.equal(user.exten, '1001');
	assert.match(user.password, /^\$y\$/);
	assert.match(user.sip_secret, /^[A-Za-z0-9]{16}$/);
	const job = await api.job(id);
	assert.deepEqual([job.id, job.state, job.applied_by, job.plan_changed, job.dry_run, job.attempt], [id, 'done', 'alice', false, true, 1]);
	assert.deepEqual(job.plan, plan);
	assert.deepEqual(job.counts, { users: 1, lines: 1, extensions: 1, incalls: 0, voicemails: 0 });
	assert.deepEqual((await api.result(id)).json, applied.json);
});

test('an update changes what it said', async () => {
	const [uuid] = await make({ firstname: 'Grace', lastname: 'Murray' });
	const id = await checked('update', { uuid, lastname: 'Hopper' });
	assert.equal((await named('Grace'))[0].lastname, 'Murray');
	const applied = await api.apply(id);
	assert.equal(applied.status, 200, applied.text);
	assert.deepEqual(applied.json.updated.map((row) => row.user_uuid), [uuid]);
	assert.equal((await named('Grace'))[0].lastname, 'Hopper');
});

test('twice is once: one after the other, at the same time, and while it waits', async () => {
	const id = await checked('import', { firstname: 'Twice' });
	const first = await api.apply(id), second = await api.apply(id);
	assert.deepEqual([second.status, second.json], [201, first.json]);
	assert.equal((await named('Twice')).length, 1);

	const other = await checked('import', { firstname: 'Together' });
	const answers = await Promise.all(Array.from({ length: 3 }, () => api.apply(other)));
	assert.ok(answers.every((answer) => [201, 202].includes(answer.status)), answers.map((answer) => answer.text).join('\n'));
	await site.jobEnded(other);
	assert.equal((await named('Together')).length, 1);

	const late = await checked('import', { firstname: 'Waits' });
	await site.stop('worker');
	for (let i = 0; i < 2; i++) {
		const answer = await api.apply(late, { prefer: 'respond-async' });
		assert.deepEqual([answer.status, answer.headers.get('location'), answer.json.state, answer.json.applied_by],
			[202, `/1.1/imports/${late}`, 'queued', 'alice']);
	}
	await site.start('worker');
	await site.jobEnded(late);
	assert.equal((await api.result(late)).status, 201);
	assert.equal((await named('Waits')).length, 1);
});

test('where the data changed since, nothing is applied, and the new plan may be', async () => {
	const [uuid] = await make({ firstname: 'Moving', lastname: 'One', userfield: 'a' });
	const id = await checked('update', { uuid, lastname: 'Three', userfield: 'b' });
	assert.equal((await api.update(csv({ uuid, lastname: 'Two' }))).status, 200);
	const before = await site.content();
	const stopped = await api.apply(id);
	await refused(stopped, 409, new RegExp(`data changed since the check.*nothing was applied.*/1\\.1/imports/${id}/result`), before);
	assert.equal(stopped.json.plan.update, 1);
	const job = await api.job(id);
	assert.deepEqual([job.state, job.plan_changed, job.applied_by], ['checked', true, null]);
	const { status, json } = await api.result(id);
	assert.deepEqual([status, json.plan], [200, stopped.json.plan]);
	assert.deepEqual(json.changes.map((change) => [change.column, change.old, change.new]),
		[['lastname', 'Two', 'Three'], ['userfield', 'a', 'b']]);
	assert.equal((await api.apply(id)).status, 200);
	assert.deepEqual([(await named('Moving'))[0].lastname, (await api.job(id)).plan_changed], ['Three', false]);
});

test('who names the plan that he saw never applies another one', async () => {
	const [uuid] = await make({ firstname: 'Named', lastname: 'One' });
	const id = await checked('update', { uuid, lastname: 'Three' });
	const seen = (await api.result(id)).json.plan_digest;
	assert.equal(seen, (await api.job(id)).plan_digest);
	assert.equal((await api.update(csv({ uuid, lastname: 'Two' }))).status, 200);
	const before = await site.content();
	await refused(await api.apply(id, {}, `?plan=${seen}`), 409, /changed/, before);
	// The answer was lost, say: sent again it is refused again.
	const again = await api.apply(id, {}, `?plan=${seen}`);
	await refused(again, 409, /changed/, before);
	const { plan_digest: next } = await api.job(id);
	assert.notEqual(next, seen);
	assert.equal((await api.apply(id, {}, `?plan=${next}`)).status, 200);
	assert.equal((await api.apply(id, {}, `?plan=${next}`)).status, 200, 'and once more is once');
	// Not even where somebody else has applied the other one meanwhile.
	await refused(await api.apply(id, {}, `?plan=${seen}`), 409, /with another plan than the one that is named/, await site.content());
	const other = await checked('update', { uuid, lastname: 'Four' });
	await refused(await api.apply(other, {}, '?plan=x'), 409, /plan that is named is not that of the job/, await site.content());
});

test('the digest of a plan does not give away the secrets that its changes mask', async () => {
	const [uuid] = await make({ firstname: 'Pin', voicemail_name: 'Pin', voicemail_number: '1972', voicemail_context: 'default', voicemail_password: '4711' });
	const row = { uuid, voicemail_password: '1234' };
	const [one, two] = [await checked('update', row), await checked('update', row)];
	const [a, b] = [(await api.result(one)).json, (await api.result(two)).json];
	assert.deepEqual([a.plan, a.changes], [b.plan, b.changes]);
	assert.notEqual(a.plan_digest, b.plan_digest, 'it cannot be made again by who does not know the old value');
	assert.equal((await api.apply(one)).status, 200, 'and still knows its own plan');
	assert.equal((await api.apply(two)).status, 409);
});

test('old values are for who may read users', async () => {
	const [uuid] = await make({ firstname: 'Read', lastname: 'Only' });
	const answer = await updater.check('update', csv({ uuid, lastname: 'Known' }));
	assert.deepEqual([answer.status, answer.json.plan.update, answer.json.changes], [200, 1, []]);
	assert.deepEqual((await updater.result(jobOf(answer))).json.changes, []);
	assert.equal((await api.result(jobOf(answer))).json.changes.length, 1);
	assert.equal((await updater.apply(jobOf(answer))).status, 200);
});

test('two rows that change one voicemail alike both show it', async () => {
	const [a, b] = await make(
		{ firstname: 'Share', lastname: 'A', voicemail_name: 'Old', voicemail_number: '1971', voicemail_context: 'default' },
		{ firstname: 'Share', lastname: 'B', voicemail_number: '1971', voicemail_context: 'default', voicemail_name: 'Old' });
	const id = await checked('update', { uuid: a, voicemail_name: 'New' }, { uuid: b, voicemail_name: 'New' });
	assert.deepEqual((await api.result(id)).json.changes.map((change) => [change.row_number, change.column, change.old, change.new]),
		[[1, 'voicemail_name', 'Old', 'New'], [2, 'voicemail_name', 'Old', 'New']]);
});

test('a number that became free, or was made, is another plan', async () => {
	const id = await checked('import', { firstname: 'Plan', line_protocol: 'sip', context: 'default', exten: '1190' });
	await site.psql(`INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, '1190' FROM context WHERE tenant_id = 1 AND name = 'default'`);
	const stopped = await api.apply(id);
	await refused(stopped, 409, /changed/);
	assert.deepEqual(stopped.json.plan.resources.extensions, { create: 0, update: 1 });
	assert.equal((await named('Plan')).length, 0);
	assert.equal((await api.apply(id)).status, 201);
});

test('what has nothing to do with the file does not stop it', async () => {
	const [mine, other] = await make({ firstname: 'Mine', lastname: 'x' }, { firstname: 'Other' });
	const id = await checked('update', { uuid: mine, lastname: 'y' });
	await api.update(csv({ uuid: other, lastname: 'z' }));
	await api.update(csv({ uuid: mine, userfield: 'not in the file' }));
	assert.equal((await api.apply(id)).status, 200);
});

test('what is wrong by now is answered with the errors', async () => {
	const id = await checked('import', { firstname: 'Late', username: 'late', password: 'late-Secret-1' }, { firstname: 'Late too' });
	await make({ firstname: 'Early', username: 'late' });
	const before = await site.content();
	const answer = await api.apply(id);
	assert.deepEqual([answer.status, told(answer.json.errors)], [400, [['taken', 1, 'username']]]);
	assert.ok(!answer.text.includes('late-Secret-1'));
	assert.equal(await site.content(), before);
	assert.equal((await api.job(id)).state, 'failed');
	// It is what the apply came to, whoever asks again.
	assert.equal((await api.apply(id)).status, 400);
});

test('what was not checked, or came to no plan, is not applied: it is said why', async () => {
	const real = jobOf(await api.import(csv({ firstname: 'Real' })));
	const wrong = jobOf(await api.check('import', csv({ firstname: '' })));
	const old = await checked('import', { firstname: 'Old' });
	await site.psql(`UPDATE job SET kept_as_sent = false WHERE id = ${old}`);
	await site.stop('worker');
	const waiting = (await api.import(csv({ firstname: 'Waiting' }), { prefer: 'respond-async' }, '?dry_run=1')).json.id;
	const before = await site.content();
	await refused(await api.apply(real), 409, /not to be checked/, before);
	await refused(await api.apply(wrong), 409, /correct the file/, before);
	await refused(await api.apply(old), 409, /no longer kept.*send the file again/, before);
	await refused(await api.apply(waiting), 409, /has not ended/, before);
	await api.cancel(waiting);
	await refused(await api.apply(waiting), 409, /was cancelled: send the file again/, before);
	await site.start('worker');
	await refused(await api.apply(99999), 404, /no job/);
	for (const id of ['0', 'x', '-1', '1e3', '99999999999999999999'])
		assert.equal((await api.apply(id)).status, 404, id);
	assert.equal(await site.content(), before);
});

test('is for who may send such a file, in its tenant', async () => {
	const [uuid] = await make({ firstname: 'Rights' });
	const made = await checked('import', { firstname: 'Right' }), changed = await checked('update', { uuid, lastname: 'x' });
	const over = jobOf(await root.check('import', csv({ entity_id: 1, firstname: 'Over' })));
	const before = await site.content();
	for (const act of ['apply', 'cancel']) {
		await refused(await importer[act](changed), 403, /right/);
		await refused(await updater[act](made), 403, /right/);
		await refused(await apiOf(site, 'reader')[act](made), 403, /right/);
		await refused(await bob[act](made), 404, /no job/);
		await refused(await api[act](over), 404, /no job/);
		assert.equal((await apiOf(site)[act](made)).status, 401);
		const path = `/1.1/imports/${made}/${act}`;
		for (const method of ['GET', 'PUT', 'DELETE']) {
			const answer = await api.request(method, path);
			assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'POST']);
		}
		assert.equal((await api.request('POST', path, { headers: { 'sec-fetch-site': 'cross-site' } })).status, 403);
	}
	assert.equal(await site.content(), before);
	assert.equal((await importer.apply(made)).status, 201);
	assert.equal((await updater.apply(changed)).status, 200);
	assert.equal((await api.job(changed)).applied_by, 'updater');
	const { json } = await root.apply(over);
	assert.equal(json.created.length, 1);
});

test('takes a body for what it is: nothing', async () => {
	const bodies = [undefined, '', '{}', 'x'.repeat(10000)];
	for (const [i, body] of bodies.entries()) {
		const id = await checked('import', { firstname: `Body ${i}` });
		const answer = await api.request('POST', `/1.1/imports/${id}/apply`, { body, headers: body ? { 'content-type': 'application/json' } : {} });
		assert.equal(answer.status, 201, answer.text);
	}
	assert.equal((await api.request('POST', '/api/confd/1.1/imports/1/apply')).status, 201);
});

test('is in the audit', async () => {
	const id = await checked('import', { firstname: 'Audited' });
	await api.apply(id);
	await api.apply(id);
	assert.deepEqual(await site.sql(`SELECT action FROM audit WHERE detail @> '{"job": ${id}}' ORDER BY id`),
		[{ action: 'job.import' }, { action: 'job.apply' }]);
});

test('waits its turn behind jobs that were sent since, and can be cancelled there', async () => {
	const id = await checked('import', { firstname: 'Turn' });
	await whileHeld(jobs, async () => {
		const earlier = (await api.import(csv({ firstname: 'Before' }), { prefer: 'respond-async' })).json.id;
		await stands(jobs, earlier);
		const waiting = api.apply(id);
		await until(async () => (await api.job(id)).state === 'queued', `job ${id} in the queue`);
		assert.equal((await api.cancel(id)).status, 200);
		const answer = await waiting;
		await refused(answer, 409, /was cancelled; nothing was applied/);
	});
	assert.equal((await named('Turn')).length, 0);
});
