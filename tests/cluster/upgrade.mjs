// The upgrade of two hosts from a version whose programs do not suit the new schema, step by
// step as in docs/cluster.md, called by tests/cluster/upgrade.
//
// Beside it people sign in, read lists and send files, and one goes on with a session from
// before.  No request gets a 5xx, and every file that was acknowledged is there once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { Client } from '../lib/client.mjs';
import { until } from '../lib/held.mjs';
import { data, freePorts, root } from '../lib/stack.mjs';

const run = promisify(execFile);
const { dir, OLD_TREE: old } = process.env;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const call = async (tree, ...args) => (await run(join(tree, 'nginx/stack/do.sh'), args.map(String),
	{ env: { ...process.env, ROLLCALL: join(tree, 'build/rollcall') } })).stdout.trim();
const database = join(dir, 'db');
const hosts = ['host1', 'host2'].map((name) => join(dir, name));
const [front, ...ports] = await freePorts(5);
const sql = (text) => call(root, 'cluster_sql', database, 'rollcall', '-At', '-c', text);
const program = (tree, host, ...args) => run(join(tree, 'build/rollcall'), ['--config', join(host, 'rollcall.conf'), ...args]);

// Settings of a host in the form of that version's stack.
async function conf(tree, host) {
	mkdirSync(host, { recursive: true });
	await run('sh', ['-c', '"$0" site_conf "$1" "$2" rollcall </dev/null', join(tree, 'nginx/stack/do.sh'), host, database],
		{ env: { ...process.env, ROLLCALL: join(tree, 'build/rollcall') } });
}
const start = (tree, n) => call(tree, 'site_start', hosts[n], ports[2 * n], ports[2 * n + 1], 2, 4, 1);

// What stands before both: docs/cluster.md, "In front".
const members = (list) => writeFileSync(join(dir, 'front/hosts'), list.map((n) => `server 127.0.0.1:${ports[2 * n]};\n`).join(''));
async function startFront() {
	const place = join(dir, 'front');
	for (const name of ['log', 'pid'])
		mkdirSync(join(place, name), { recursive: true });
	members([0, 1]);
	writeFileSync(join(place, 'nginx.conf'), `user root; worker_processes 1; daemon off; pid ${place}/nginx.pid;
		error_log ${place}/log/error.log; events { worker_connections 256; }
		http {
			access_log off; client_body_temp_path ${place}/body; proxy_temp_path ${place}/proxy; client_max_body_size 51m;
			upstream rollcall { include ${place}/hosts; }
			server {
				listen 127.0.0.1:${front};
				location / {
					proxy_pass http://rollcall;
					proxy_set_header Host $http_host;
					proxy_read_timeout 150s;
				}
			}
		}`);
	await call(root, 'proc_start', place, 'nginx', 'nginx', '-p', `${place}/`, '-c', join(place, 'nginx.conf'), '-e', `${place}/log/nginx.log`);
	await until(() => fetch(`http://127.0.0.1:${front}/login`).then((answer) => answer.ok, () => false), 'the front', 10);
}
// Resolves when no worker of nginx takes requests for the members before.
async function switchTo(list) {
	const master = readFileSync(join(dir, 'front/nginx.pid'), 'utf8').trim();
	const taking = () => run('ps', ['-o', 'pid=,args=', '--ppid', master]).then(({ stdout }) => stdout.trim().split('\n')
		.filter((line) => line.includes('worker process') && !line.includes('shutting down')).map((line) => line.trim().split(' ')[0]));
	const before = await taking();
	members(list);
	process.kill(Number(master), 'SIGHUP');
	await until(async () => (await taking()).every((pid) => !before.includes(pid)), 'the new members', 10);
}

// --- who works meanwhile

const url = `http://127.0.0.1:${front}`;
const seen = {};
const sent = [];
let stop = false;
function note(what, status) {
	(seen[what] ??= {})[status] = (seen[what][status] ?? 0) + 1;
}
async function again(what, act) {
	for (let i = 0; !stop; i++) {
		note(what, await act(i).catch((error) => `${error.message.slice(0, 60)} ${error.cause?.code ?? ''}`));
		await pause(100);
	}
}
const account = { authorization: `Basic ${Buffer.from('alice:alice-Secret-1').toString('base64')}` };
const send = (name, rows = 1) => fetch(`${url}/1.1/users/import`, { method: 'POST', body: `firstname,lastname\n${`${name},x\n`.repeat(rows)}`,
	headers: { ...account, 'content-type': 'text/csv; charset=utf-8', prefer: 'respond-async' } });
async function signIn() {
	const client = new Client(url);
	await client.login('alice', 'alice-Secret-1');
	return (await client.get('/services/ipbx/users')).status;
}
async function sendOne(i) {
	const answer = await send(`File ${i}`);
	await answer.arrayBuffer();
	if ([201, 202].includes(answer.status))
		sent.push(`File ${i}`);
	return answer.status;
}

// --- the upgrade

test('two hosts are upgraded, and nobody is refused', async (t) => {
	for (const host of hosts)
		mkdirSync(host, { recursive: true });
	await call(old, 'cluster_start', database);
	await call(old, 'cluster_database', database, 'rollcall');
	for (const host of hosts)
		await conf(old, host);
	await program(old, hosts[0], 'migrate');
	await program(old, hosts[0], 'setup', data('site.json'));
	for (const n of [0, 1])
		await start(old, n);
	await startFront();

	const before = new Client(url);
	await before.login('alice', 'alice-Secret-1');
	const work = [again('sign-in', signIn), again('file', sendOne),
		again('list', async () => (await fetch(`${url}/1.1/users?limit=1`, { headers: account })).status),
		again('page of a session from before', async () => (await before.get('/services/ipbx/users')).status)];
	await pause(3000);

	const began = Date.now();
	const step = (text) => t.diagnostic(`${((Date.now() - began) / 1000).toFixed(1)} s: ${text}`);
	// 1. Host 2 is taken out, its processes are ended, it is upgraded and started.
	await switchTo([0]);
	await call(old, 'proc_stop', hosts[1], 'nginx', 'QUIT');
	await call(old, 'site_stop', hosts[1]);
	await conf(root, hosts[1]);
	const started = start(root, 1);
	const direct = `http://127.0.0.1:${ports[2]}`;
	await until(() => fetch(`${direct}/status/live`).then((answer) => answer.ok, () => false), 'host 2', 15);
	assert.equal((await fetch(`${direct}/status/ready`)).status, 503);
	step('host 2 is started and waits for its schema');
	// 2. A large file is at work; all others wait at host 2 from here on.
	assert.equal((await send('Large', 20000)).status, 202);
	await switchTo([1]);
	const held = Date.now();
	// 3. Host 1 answers what it has begun, and ends.
	await call(old, 'proc_stop', hosts[0], 'nginx', 'QUIT');
	await call(old, 'site_stop', hosts[0]);
	step('host 1 has ended');
	// 4. The schema.
	const { stdout } = await program(root, hosts[1], 'migrate');
	await started;
	t.diagnostic(`${stdout.trim().split('\n').length} migrations; requests waited ${((Date.now() - held) / 1000).toFixed(1)} s`);
	// 5. Host 1 is upgraded and comes back.
	await conf(root, hosts[0]);
	await start(root, 0);
	await switchTo([0, 1]);
	await pause(3000);
	stop = true;
	await Promise.all(work);
	await until(async () => await sql("SELECT count(*) FROM job WHERE state IN ('queued', 'running')") === '0', 'the end of the jobs', 60);

	for (const [what, codes] of Object.entries(seen))
		t.diagnostic(`${what}: ${JSON.stringify(codes)}`);
	const bad = Object.entries(seen).filter(([what, codes]) => Object.keys(codes).some((code) => !['200', '201', '202'].includes(code)));
	assert.deepEqual(bad, [], 'every request was answered');
	assert.equal(await sql("SELECT count(*) FROM users WHERE firstname = 'Large'"), '20000', 'the large file is there once');
	assert.equal(await sql("SELECT count(*) || '|' || count(DISTINCT firstname) FROM users WHERE firstname LIKE 'File %'"),
		`${sent.length}|${sent.length}`, 'each file that was acknowledged is there once');
	t.diagnostic(`from ${readFileSync(join(old, 'Makefile'), 'utf8').match(/^VERSION +:= (\S+)/m)[1]}: ${sent.length} files, no request refused`);
});
