// What monitoring is told: counters that only grow, nothing that is not known, and samples
// of alerts and of a dashboard that ask for what there is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { apiOf, csv } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';
import { freshSite, root } from '../lib/stack.mjs';

const site = await freshSite({ settings: { status_seconds: 10, audit_days: 1, history_days: 1 } });
const api = apiOf(site, 'alice');

// {'name{labels}': value} of /metrics, each line in Prometheus's form.
async function figures() {
	const answer = await fetch(`${site.url}/metrics`);
	assert.equal(answer.status, 200);
	const found = {};
	for (const line of (await answer.text()).split('\n').filter((text) => text && !text.startsWith('#'))) {
		const [, name, value] = /^(rollcall_\w+(?:\{(?:\w+="[^"\\]*",?)*\})?) (-?[0-9.e+-]+)$/.exec(line) ?? assert.fail(line);
		assert.ok(!(name in found), `${name} stands once`);
		found[name] = Number(value);
	}
	return found;
}

test('jobs are counted when they end: by kind and state, by phase, by code', async () => {
	assert.equal((await api.import(csv({ firstname: 'John' }))).status, 201);
	assert.equal((await api.import(csv({ firstname: '' }))).status, 400);
	await api.check('import', csv({ firstname: 'Checked' }));
	const now = await figures();
	assert.equal(now['rollcall_jobs_ended_total{kind="import",state="done"}'], 1);
	assert.equal(now['rollcall_jobs_ended_total{kind="import",state="failed"}'], 1);
	assert.equal(now['rollcall_jobs_ended_total{kind="import",state="checked"}'], 1);
	const [{ code }] = await site.sql("SELECT code FROM job_issue WHERE level = 'error'");
	assert.equal(now[`rollcall_job_issues_total{code="${code}"}`], 1);
	assert.ok(now['rollcall_job_phase_seconds_total{phase="waiting"}'] > 0);
	assert.ok(now['rollcall_job_phase_seconds_total{phase="applying"}'] >= 0);
	assert.ok(now['rollcall_kept_bytes{kind="users"}'] > 0);
	assert.equal(now.rollcall_waiting_requests, 0);
	assert.equal(now.rollcall_database_up, 1);
});

test('root sees on the history what the database keeps, others do not', async () => {
	const history = async (who) => (await (await site.client(who)).get('/services/ipbx/imports')).text;
	assert.match(await history('root'), /Kept in the database:[^<]*audit [\d.]+ (bytes|KB|MB) · reports and changes [\d.]+ (bytes|KB|MB) ·/);
	assert.doesNotMatch(await history('alice'), /Kept in the database/);
});

test('requests are counted by all processes together, in buckets of time', async () => {
	const key = (le) => `rollcall_http_request_seconds_bucket{method="GET",route="/login",code="200",le="${le}"}`;
	const before = (await figures())[key('+Inf')] ?? 0;
	for (let i = 0; i < 20; i++)
		await fetch(`${site.url}/login`);
	const now = await figures();
	assert.equal(now[key('+Inf')] - before, 20);
	assert.ok(now[key('0.05')] <= now[key('+Inf')]);
	assert.equal(now['rollcall_http_request_seconds_count{method="GET",route="/login",code="200"}'], now[key('+Inf')]);
	// A path of somebody's making is no label.
	await fetch(`${site.url}/no/such/"page"`);
	assert.ok(Object.keys(await figures()).every((name) => !name.includes('no/such')));
});

test('an attempt whose worker is lost is counted, and has its line in the import log', async () => {
	const rows = Array.from({ length: 60 }, (_, i) => ({ firstname: `U${i}`, password: `Secret-${i}` }));
	const { id } = (await api.import(csv(...rows), { prefer: 'respond-async' })).json;
	await until(async () => (await site.job(id)).phase === 'hashing', 'the hashing');
	process.kill(site.pids('worker')[0], 'SIGKILL');
	await site.jobEnded(id);
	assert.equal((await figures())['rollcall_job_attempts_failed_total{reason="worker_lost"}'], 1);
	const lines = site.log().split('\n').filter((line) => line.includes(` job=${id} `)).map((line) => / (\w+) job=/.exec(line)[1]);
	assert.deepEqual(lines, ['begin', 'lost', 'begin', 'end']);
});

test('live, ready, and a job that is too old', async () => {
	for (const path of ['/status/live', '/status/ready', '/status'])
		assert.equal((await api.get(path)).status, 200, path);
	await site.stop('worker');
	await api.import(csv({ firstname: 'Stands' }), { prefer: 'respond-async' });
	await site.psql("UPDATE job SET queued_at = now() - interval '1 minute' WHERE state = 'queued'");
	const answer = await api.get('/status');
	assert.equal(answer.status, 503);
	assert.ok(answer.json.oldest_seconds > 10);
	assert.equal((await api.get('/status/ready')).status, 200, 'requests are answered all the same');
	await site.start('worker');
});

test('old jobs and old rows of the audit go by themselves, and counters keep what they had', async () => {
	const before = await figures();
	await site.psql("UPDATE job SET ended_at = ended_at - interval '3 days', started_at = started_at - interval '3 days' WHERE ended_at IS NOT NULL");
	await site.psql("INSERT INTO audit (at, action) SELECT now() - interval '3 days', 'old' FROM generate_series(1, 12000)");
	await site.stop('worker');
	await site.start('worker');
	await until(async () => (await site.value("SELECT count(*)::int FROM audit WHERE action = 'old'")) === 0, 'the audit', 30);
	await until(async () => (await site.value("SELECT count(*)::int FROM job WHERE ended_at < now() - interval '2 days'")) === 0, 'the jobs', 30);
	assert.ok(await site.value('SELECT count(*)::int FROM audit') > 0, 'what is younger stays');
	const now = await figures();
	const name = 'rollcall_jobs_ended_total{kind="import",state="failed"}';
	assert.equal(now[name], before[name]);
});

test('the samples ask for figures that there are', async () => {
	const names = new Set(Object.keys(await figures()).map((name) => name.replace(/\{.*/, '')));
	for (const file of ['alerts.yml', 'dashboard.json'])
		for (const [name] of readFileSync(join(root, 'nginx/monitoring', file), 'utf8').matchAll(/rollcall_\w+/g))
			assert.ok(names.has(name) || name === 'rollcall_reconnects_total', `${file}: ${name}`);
});
