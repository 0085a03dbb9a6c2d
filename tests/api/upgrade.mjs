// An upgrade while everything runs: `migrate` beside jobs, and two versions side by side.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { apiOf, csv } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freePorts, freshSite, root, stack } from '../lib/stack.mjs';

const site = await freshSite({ settings: { api_wait: 30 } });
const jobs = new Jobs(site);
const api = apiOf(site, 'alice');
after(() => jobs.close());

// A program of the next version: the same with one more migration.
const next = join(site.dir, 'next');
const number = readdirSync(join(root, 'sql/migrations')).length + 1;
const file = `${String(number).padStart(4, '0')}_next.sql`;
const conf = readFileSync(join(site.dir, 'rollcall.conf'), 'utf8');

// Makes the site `dir` on the same database, with the migrations of `from` and one more.
function copyOf(dir, version, text, from = join(root, 'sql')) {
	mkdirSync(join(dir, 'share'), { recursive: true });
	for (const name of ['templates', 'static'])
		cpSync(join(root, name), join(dir, 'share', name), { recursive: true });
	cpSync(from, join(dir, 'share/sql'), { recursive: true });
	writeFileSync(join(dir, 'share/sql/migrations', `${String(version).padStart(4, '0')}_next.sql`),
		`-- A column that nobody needs yet.\n${text}`);
	for (const name of ['log', 'pid', 'sock', 'tmp', 'tls'])
		mkdirSync(join(dir, name), { recursive: true });
	writeFileSync(join(dir, 'rollcall.conf'), conf.replaceAll(site.dir, dir)
		.replace(/^share_dir.*$/m, `share_dir = ${dir}/share`));
}

copyOf(next, number, `-- since: ${number - 1}\nALTER TABLE job ADD COLUMN next_note text;\n`);

const migrate = (...options) => site.command('--config', join(next, 'rollcall.conf'), 'migrate', ...options);

test('migrate says what it would do, and does nothing of it', async () => {
	assert.equal((await site.command('migrate', '--status')).status, 0);
	const status = await migrate('--status');
	assert.equal(status.status, 1);
	assert.match(status.stdout, new RegExp(`to be applied: ${file}\n`));
	assert.match((await migrate('--dry-run')).stdout, new RegExp(`would apply ${file}\n`));
	assert.equal((await migrate('--status')).status, 1);
});

test('migrate beside a running job waits for it in turns: the job goes on, and neither stands for ever', async () => {
	const blocker = new Jobs(site);
	await blocker.psql('BEGIN; LOCK TABLE users IN EXCLUSIVE MODE');
	const sent = api.import(csv({ firstname: 'Beside' }));
	const { id } = await until(() => jobs.sql('SELECT id FROM job').then(([job]) => job), 'the job');
	await until(() => jobs.value("SELECT 1 FROM pg_stat_activity WHERE usename = 'rollcall_worker' AND wait_event_type = 'Lock'"),
		'the job in its transaction');
	const refused = await migrate('--wait=1');
	assert.equal(refused.status, 3);
	assert.match(refused.stdout, /waits until 1 running job has ended/);
	assert.match(refused.stderr, /nothing was changed/);
	const running = migrate('--wait=60');
	await until(() => jobs.value("SELECT 1 FROM pg_stat_activity WHERE usename = 'rollcall_owner'"), 'migrate at its lock');
	assert.equal((await api.get(`/1.1/imports/${id}`)).status, 200);
	await blocker.psql('COMMIT');
	blocker.close();
	assert.equal((await sent).status, 201);
	const done = await running;
	assert.deepEqual([done.status, done.stderr], [0, '']);
	assert.match(done.stdout, new RegExp(`applied ${file}\n`));
});

test('a program that was started before its schema is there lets requests wait for it', async () => {
	const [port, tls] = await freePorts(2);
	const later = join(site.dir, 'later');
	copyOf(later, number + 1, `-- since: ${number}\nALTER TABLE job ADD COLUMN later_note text;\n`, join(next, 'share/sql'));
	// Its answer to nginx's first look is the wait that is tried here.
	const started = stack('site_start', later, port, tls, 2, 1, 1);
	try {
		await until(() => fetch(`http://127.0.0.1:${port}/status/live`).then((answer) => answer.ok, () => false),
			'the program', 15);
		assert.equal((await fetch(`http://127.0.0.1:${port}/status/ready`)).status, 503);
		const ofLater = Object.assign(Object.create(site), { url: `http://127.0.0.1:${port}` });
		let answered = false;
		const waits = apiOf(ofLater, 'alice').import(csv({ firstname: 'Held' }));
		waits.then(() => (answered = true));
		assert.equal((await api.get('/1.1/users')).status, 200, 'the old one goes on');
		assert.equal(answered, false);
		const done = await site.command('--config', join(later, 'rollcall.conf'), 'migrate');
		assert.deepEqual([done.status, done.stderr], [0, '']);
		assert.equal((await waits).status, 201);
		await started;
		assert.equal((await fetch(`http://127.0.0.1:${port}/status/ready`)).status, 200);
	} finally {
		await stack('site_stop', later);
	}
	await site.psql(`ALTER TABLE job DROP COLUMN later_note; DELETE FROM migration WHERE version = ${number + 1}`);
});

test('old and new side by side serve without a 5xx, until the new one needs more than the old one knows', async () => {
	const [port, tls] = await freePorts(2);
	await stack('site_start', next, port, tls, 1, 2, 1);
	const ofNew = Object.assign(Object.create(site), { url: `http://127.0.0.1:${port}` });
	const codes = [];
	try {
		for (let i = 0; i < 10; i++)
			for (const one of [site, ofNew]) {
				const client = apiOf(one, 'alice');
				codes.push((await fetch(`${one.url}/login`)).status, (await client.get('/1.1/users')).status,
					(await client.import(csv({ firstname: `Side ${i}` }))).status);
			}
		assert.deepEqual([...new Set(codes)].sort(), [200, 201]);
		await site.psql(`UPDATE migration SET since = NULL WHERE version = ${number}`);
		await until(async () => (await fetch(`${site.url}/login`)).status === 503, 'the refusal of the old one', 15);
		assert.equal((await fetch(`${ofNew.url}/login`)).status, 200);
		// Both workers are there, and the job is the new one's.
		assert.equal((await apiOf(ofNew, 'alice').import(csv({ firstname: 'New' }))).status, 201);
		await until(async () => /its schema is version/.test(site.log('worker')), 'the words of the old worker', 15);
	} finally {
		await stack('site_stop', next);
	}
});
