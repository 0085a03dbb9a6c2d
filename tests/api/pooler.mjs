// PgBouncer between Rollcall and the database: its session mode serves, its transaction mode
// is refused in words.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { cluster, freePorts, freshSite, stack } from '../lib/stack.mjs';
import { apiOf, csv } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';

const site = await freshSite({ pages: 1, uploads: 1, workers: 1 });
const place = (await stack('cluster_where', cluster)).trim();
const home = join(place, `pooler-${site.db}`);
const [port] = await freePorts(1);
const as = (...words) => stack('as_postgres', ...words);
const write = (name, text) => stack('eval', `as_postgres tee ${join(home, name)} >/dev/null <<'END'\n${text}\nEND`);

await as('mkdir', '-m', '0711', home);
await write('users', ['owner', 'web', 'worker'].map((role) => `"rollcall_${role}" ""`).join('\n'));
const configure = (mode) => write('ini', `[databases]
${site.db} = host=${place}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${home}/users
pool_mode = ${mode}
ignore_startup_parameters = extra_float_digits, options
logfile = ${home}/log
pidfile = ${home}/pid`);
const stop = () => stack('eval', `as_postgres sh -c 'kill $(cat ${home}/pid) && while [ -e ${home}/pid ]; do sleep 0.05; done'`);
after(() => stop().catch(() => {}));

// The processes anew, behind the pooler in this mode.
async function behind(mode) {
	await configure(mode);
	await as('pgbouncer', '-q', '-d', join(home, 'ini'));
	const conf = join(site.dir, 'rollcall.conf');
	writeFileSync(conf, readFileSync(conf, 'utf8')
		.replace(/^database = .*$/m, `database = host=127.0.0.1 port=${port} dbname=${site.db}`));
	for (const name of ['pages', 'uploads', 'worker']) {
		await site.stop(name);
		await site.start(name);
	}
	await until(() => fetch(`${site.url}/status/live`).then((answer) => answer.status === 200), 'a page');
}

test('session mode: an import, its list and its export', async () => {
	await behind('session');
	const api = apiOf(site, 'alice');
	const sent = await api.import(csv({ firstname: 'Ada' }, { firstname: 'Bob' }));
	assert.equal(sent.status, 201, sent.text);
	assert.equal((await api.get('/1.1/users')).json.total, 2);
	assert.equal((await site.command('export')).stdout.split('\r\n').length, 4);
	await stop();
});

test('transaction mode: refused at once, and told why; nothing is taken up', async () => {
	await behind('transaction');
	const answer = await fetch(`${site.url}/status`);
	assert.equal(answer.status, 503);
	assert.equal((await answer.json()).database, 'fail');
	const command = await site.command('export');
	assert.equal(command.status, 3);
	assert.match(command.stderr, /a pooler in between gives each transaction another session\n.*pool_mode = session/);
	await until(() => /pooler in between/.test(site.log('worker')), 'the worker\'s word');
});
