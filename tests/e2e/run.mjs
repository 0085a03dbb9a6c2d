// `make run` and `make stop`: the scripts behind them, in a directory of their own.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../lib/client.mjs';
import { freePorts, root, stack } from '../lib/stack.mjs';

const dir = mkdtempSync(join(tmpdir(), 'rollcall-run-'));
chmodSync(dir, 0o711);
const [port, tlsPort] = await freePorts(2);

// With `traced`, the commands that the shell runs are on standard error.
function script(name, env = {}, traced = false) {
	return new Promise((done) => execFile('sh', [...traced ? ['-x'] : [], join(root, 'nginx/stack', name)], {
		env: { ...process.env, RUN_DIR: dir, PORT: port, TLS_PORT: tlsPort, DETACH: 1, ...env }, maxBuffer: 64 << 20,
	}, (error, stdout, stderr) => done({ status: error ? error.code : 0, stdout, stderr })));
}

const sql = (text) => stack('cluster_sql', dir, 'rollcall', '-At', '-c', text);

// What a first run makes: the cluster, which still runs, its database, what was migrated and set up, and the certificate.
const made = async () => [
	await sql(`SELECT system_identifier, pg_postmaster_start_time(), (SELECT oid FROM pg_database WHERE datname = current_database())
		FROM pg_control_system()`),
	await sql('SELECT m, m.xmin FROM migration m ORDER BY 1'),
	await sql("SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') ORDER BY 1"),
	await sql('SELECT id, xmin FROM admin ORDER BY 1'), await sql('SELECT id, xmin FROM tenant ORDER BY 1'),
	await sql('SELECT id, xmin FROM users ORDER BY 1'), readFileSync(join(dir, 'tls/cert.pem'), 'utf8'),
];

// Processes that were started for the directory.
function processes() {
	return readdirSync('/proc').filter((id) => /^\d+$/.test(id)).filter((id) => {
		try {
			return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(`${dir}/`);
		} catch {
			return false;
		}
	});
}

after(async () => {
	await script('stop.sh');
	rmSync(dir, { recursive: true, force: true });
});

test('the first run imports the sample and prints report, addresses and accounts', async () => {
	const run = await script('run.sh');
	assert.equal(run.status, 0, run.stderr);
	assert.match(run.stdout, /http:\/\/127\.0\.0\.1:\d+\/services\/ipbx\/imports\/1/);
	assert.match(run.stdout, /\b8\b/, 'eight users were made');
	assert.ok(run.stdout.includes(`http://127.0.0.1:${port}/services/ipbx/users`));
	assert.ok(run.stdout.includes(`https://127.0.0.1:${tlsPort}`));
	assert.match(run.stdout, /camille +camille-demo-1 +administrator of the entity boreal: every right\n/);
	assert.match(run.stdout, /reader +reader-demo-1 +administrator of the entity boreal: only users\.read, users\.export\n/);
	assert.match(run.stdout, /root +root-demo-1 +root administrator: every entity, every right\n/);
	assert.match(run.stdout, /everybody knows them/);
});

test('where root starts it the program runs as an ordinary user', { skip: process.getuid() !== 0 }, () => {
	const owners = processes().filter((id) => / (web|worker)\0?$/.test(readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd()))
		.map((id) => /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]);
	assert.ok(owners.length >= 14, `${owners.length} processes`);
	assert.ok(!owners.includes('0'));
});

test('its users are on the page that it names', async () => {
	const client = new Client(`http://127.0.0.1:${port}`);
	await client.login('camille', 'camille-demo-1');
	const page = await client.get('/services/ipbx/users');
	assert.equal(page.status, 200);
	for (const name of ['Amélie', 'Chloé', 'Hugo'])
		assert.ok(page.text.includes(name), name);
});

// That is what lets it take a few seconds, which depend on the machine.
test('a second run makes nothing anew, keeps the data and imports nothing', async () => {
	const before = await made();
	const run = await script('run.sh', {}, true);
	assert.equal(run.status, 0, run.stderr);
	assert.deepEqual(await made(), before);
	assert.match(run.stderr, /^\++ .*\brollcall --config \S+ migrate$/m, 'the commands are there to be looked at');
	assert.doesNotMatch(run.stderr, /^\++ .*(initdb|pg_ctl .* start|openssl req|import\.sh)/m);
	assert.doesNotMatch(run.stdout, /Importing/);
	const client = new Client(`http://127.0.0.1:${port}`);
	await client.login('camille', 'camille-demo-1');
	const history = await client.get('/services/ipbx/imports');
	const jobs = new Set([...history.text.matchAll(/\/imports\/(\d+)/g)].map((match) => match[1]));
	assert.deepEqual([...jobs], ['1']);
});

test('make stop leaves no process behind', async () => {
	assert.notEqual(processes().length, 0);
	const stop = await script('stop.sh');
	assert.equal(stop.status, 0, stop.stderr);
	assert.deepEqual(processes(), []);
	assert.equal((await script('stop.sh')).status, 0, 'twice is as good as once');
});

test('a port that is taken is named, and nothing is left running', async () => {
	const other = createServer((_, answer) => answer.end('other'));
	await new Promise((done) => other.listen(port, '127.0.0.1', done));
	const run = await script('run.sh');
	await new Promise((done) => other.close(done));
	assert.notEqual(run.status, 0);
	assert.match(run.stderr, new RegExp(`port ${port} .* in use`));
	assert.deepEqual(processes(), []);
});

test('SITE sets up another site and imports nothing; FRESH forgets the old one', async () => {
	const run = await script('run.sh', { FRESH: 1, SITE: join(root, 'tests/data/site.json') });
	assert.equal(run.status, 0, run.stderr);
	assert.doesNotMatch(run.stdout, /Importing/);
	const client = new Client(`http://127.0.0.1:${port}`);
	await client.login('alice', 'alice-Secret-1');
	assert.doesNotMatch((await client.get('/services/ipbx/users')).text, /Amélie/);
});
