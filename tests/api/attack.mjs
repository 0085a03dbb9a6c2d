// Attacks that once went through, or came near: each is tried again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { connect as tls } from 'node:tls';
import { freshSite, root } from '../lib/stack.mjs';
import { Api, apiOf, jobOf } from '../lib/api.mjs';
import { hold } from '../lib/checks.mjs';
import { Client } from '../lib/client.mjs';
import { Jobs } from '../lib/jobs.mjs';

let site;
before(async () => {
	site = await freshSite({ pages: 1, uploads: 4, workers: 2, settings: { max_upload_mb: 1, max_issues: 100, max_waiting_account: 4, daily_mb_account: 3 } });
});

// Does it so many times at once; resolves to the statuses.
const atOnce = (n, request) => Promise.all(Array.from({ length: n }, async (_, i) => (await request(i)).status));
const count = (list, value) => list.filter((x) => x === value).length;

// ---- guessing

test('guesses at the same time are counted one after the other', async () => {
	await site.psql('DELETE FROM throttle');
	const statuses = await atOnce(60, (i) => new Api(site.url, { account: `bob:guess${i}` }).get('/1.1/users'));
	assert.equal(count(statuses, 401), 5);
	assert.equal(count(statuses, 429), 55);
});

test('the right password, sixty times at once from a new address, holds nobody up', async () => {
	await site.psql('DELETE FROM throttle');
	assert.equal(count(await atOnce(60, () => apiOf(site, 'bob').get('/1.1/users?limit=1')), 200), 60);
});

test('an account that is guessed at lets its owner in from a new address after the wait that it names', async () => {
	const guess = () => site.psql(`SELECT count(throttle_fail('bob', '198.51.100.1')) FROM generate_series(1, 50)`);
	await site.psql('DELETE FROM throttle');
	await guess();
	const told = await apiOf(site, 'bob').get('/1.1/users');
	assert.equal(told.status, 429);
	assert.ok(Number(told.headers.get('retry-after')) <= 60);
	await site.psql(`UPDATE throttle SET free_at = free_at - interval '${told.headers.get('retry-after')} seconds'`);
	await guess();
	assert.equal((await apiOf(site, 'bob').get('/1.1/users')).status, 200);
	await site.psql('DELETE FROM throttle');
});

// ---- who is not let in

// Sends the head of a request and nothing of its body; resolves to the head of the answer.
const headOnly = (method, path, headers) => new Promise((done, fail) => {
	const { hostname, port } = new URL(site.url);
	const socket = connect(port, hostname, () => socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${hostname}\r\n`
		+ `Content-Length: 900000\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`));
	socket.setTimeout(10000, () => fail(new Error(`${method} ${path}: the body is waited for`)));
	socket.on('error', fail);
	socket.once('data', (data) => {
		socket.destroy();
		done(data.toString().split('\r\n')[0].slice(9));
	});
});

test('an upload of who is not let in is refused before its body comes', async () => {
	const type = 'Content-Type: multipart/form-data; boundary=x', csv = 'Content-Type: text/csv; charset=utf-8';
	const basic = (account) => `Authorization: Basic ${btoa(account)}`;
	assert.match(await headOnly('POST', '/services/ipbx/users/import', [type]), /^303/);
	assert.match(await headOnly('POST', '/services/ipbx/users/update', [type, `Cookie: rollcall_session=${'0'.repeat(64)}`]), /^303/);
	for (const prefix of ['', '/api/confd']) {
		assert.match(await headOnly('POST', `${prefix}/1.1/users/import`, [csv]), /^401/);
		assert.match(await headOnly('PUT', `${prefix}/1.1/users/import`, [csv, 'X-Auth-Token: x']), /^401/);
		assert.match(await headOnly('POST', `${prefix}/1.1/users/import`, [csv, basic('bob:wrong')]), /^401/);
	}
	assert.match(await headOnly('POST', '/1.1/users/import', ['Content-Type: text/plain', basic(`bob:${site.passwords.bob}`)]), /^415/);
	assert.match(await headOnly('POST', '/beforehand', [type]), /^404/);
	await site.psql('DELETE FROM throttle');
	const right = await apiOf(site, 'bob').import('firstname\nLet in\n');
	assert.equal(right.status, 201, right.text);
});

test('tokens stay out of the access log, and are ended by a header too', async () => {
	const api = apiOf(site, 'bob');
	const open = async () => (await api.request('POST', '/api/auth/0.1/token')).json.data.token;
	const tokens = [await open(), await open()];
	assert.equal((await api.delete(`/api/auth/0.1/token/${tokens[0]}`)).status, 204);
	assert.equal((await api.request('DELETE', '/api/auth/0.1/token', { headers: { 'x-auth-token': tokens[1] } })).status, 204);
	for (const token of tokens) {
		assert.equal((await new Api(site.url, { headers: { 'x-auth-token': token } }).get('/1.1/users')).status, 401);
		assert.ok(!site.log('access').includes(token));
	}
	assert.equal((await new Api(site.url).request('DELETE', '/api/auth/0.1/token')).status, 404);
});

test('TLS 1.2 has no cipher with CBC or without forward secrecy', async () => {
	const { port } = new URL(site.tlsUrl);
	const cipher = (ciphers) => new Promise((done) => {
		const socket = tls({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2', ciphers });
		socket.once('secureConnect', () => done(socket.end().getCipher().name));
		socket.once('error', () => done(null));
	});
	for (const ciphers of ['ECDHE-RSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384', 'AES128-GCM-SHA256', 'AES256-SHA'])
		assert.equal(await cipher(ciphers), null, ciphers);
	assert.match(await cipher('ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256'), /GCM/);
});

test('who sends nothing is cut off', () => {
	const settings = readFileSync(join(root, 'nginx/rollcall.nginx'), 'utf8');
	for (const [name, most] of [['client_header_timeout', 20], ['client_body_timeout', 60], ['send_timeout', 60]])
		assert.ok(Number(new RegExp(`^${name} +(\\d+)s;`, 'm').exec(settings)[1]) <= most, name);
});

test('one address cannot have all connections', async () => {
	// Heads of uploads that are let in and never go on.
	const { hostname, port } = new URL(site.url);
	const sockets = [], first = [];
	for (let i = 0; i < 40; i++) {
		const socket = connect(port, hostname, () => socket.write(`POST /1.1/users/import HTTP/1.1\r\nHost: ${hostname}\r\n`
			+ `Authorization: Basic ${btoa(`bob:${site.passwords.bob}`)}\r\nContent-Type: text/csv\r\nContent-Length: 900000\r\n\r\nx`));
		sockets.push(socket);
		first.push(new Promise((done) => {
			socket.once('data', (data) => done(data.toString()));
			socket.on('error', () => done(''));
			socket.on('close', () => done(''));
		}));
	}
	const answer = await Promise.any(first);
	assert.match(answer, /^HTTP\/1.1 429/);
	assert.match(answer, /Too many requests from this address/);
	assert.equal((await (await site.client()).get('/login')).status, 200, 'pages are still there');
	for (const socket of sockets)
		socket.destroy();
});

// ---- a file that is wrong in every cell

test('of errors without end some are listed with their rows, a long row once; all are counted, and that is said', async () => {
	const wide = 'x'.repeat(150);
	const rows = Array.from({ length: 1000 }, (_, i) => `,${wide}${i},!!`);
	const answer = await apiOf(site, 'bob').import(`firstname,email,mobile_phone_number\n${rows.join('\n')}\n`);
	const job = await site.job(jobOf(answer));
	assert.equal(answer.status, 400);
	assert.equal(answer.json.errors.length, 100);
	assert.equal(answer.json.unlisted, job.errors + job.warnings - 100);
	assert.deepEqual([job.errors, job.wrong_rows], [3000, 1000]);
	const seen = (of) => of.json.errors.filter((x) => Object.keys(x.details.row).length > 0).map((x) => x.details.row_number);
	assert.deepEqual(seen(answer), Array.from({ length: 100 }, (_, i) => Math.floor(i / 3) + 1));
	const long = await apiOf(site, 'bob').import(`firstname,email,mobile_phone_number\n,${'x'.repeat(20000)},!!\n,no,!!\n`);
	assert.deepEqual(seen(long), [1, 2, 2, 2]);
	assert.equal(await site.value(`SELECT count(*) FROM job_issue_row WHERE job_id = ${job.id}`), 34);
	assert.equal(site.log().split('\n').filter((line) => / error job=/.test(line) && line.includes(` job=${job.id} `)).length, 100);
	assert.match(site.log(), new RegExp(`end job=${job.id} .*errors=3000 .*unlisted=2900`));

	const client = await site.client('bob');
	const page = (await client.get(`/services/ipbx/imports/${job.id}`)).text;
	assert.match(page, /3,000 errors/);
	assert.match(page, /1,000 rows/);
	assert.match(page, /2,900 more are only counted/);
	assert.ok(!page.includes('only=errors'));
	const mend = await client.get(`/services/ipbx/imports/${job.id}/errors.csv?only=errors`);
	assert.equal(mend.text.trim().split('\n').length, 1001, 'no row with an error is left out');
});

// ---- quotas

test('an account, and a tenant, cannot fill the queue: 429, and the form again', async () => {
	const held = await hold(site, 2);
	const bob = apiOf(site, 'bob'), ids = [];
	for (let i = 0; i < 4; i++) {
		const answer = await bob.import('firstname\nMany\n', { prefer: 'wait=0' });
		assert.equal(answer.status, 202, answer.text);
		ids.push(jobOf(answer));
	}
	const more = await bob.import('firstname\nMany\n', { prefer: 'wait=0' });
	assert.equal(more.status, 429, more.text);
	assert.ok(Number(more.headers.get('retry-after')) > 0);
	assert.match(more.text, /4 jobs that wait or run/);
	const client = await site.client('bob');
	const page = await client.upload(Buffer.from('firstname\nMany\n'));
	assert.equal(page.status, 429);
	assert.match(page.text, /Too many imports and updates of your account/);
	assert.equal(await site.value('SELECT count(*) FROM job WHERE tenant_id = 2 AND state IN (\'queued\', \'running\')'), 4);
	assert.equal((await apiOf(site, 'alice').import('firstname\nOther\n')).status, 201, 'other tenants go on');
	held.release();
	for (const id of ids)
		await site.jobEnded(id);
	assert.equal((await bob.import('firstname\nAgain\n')).status, 201);
});

test('what an account has sent within a day is limited', async () => {
	await site.psql(`UPDATE job SET bytes = 3 << 20 WHERE id = (SELECT max(id) FROM job WHERE tenant_id = 2)`);
	const answer = await apiOf(site, 'bob').import('firstname\nDaily\n');
	assert.equal(answer.status, 429, answer.text);
	assert.match(answer.text, /3 MB within 24 hours/);
	await site.psql(`UPDATE job SET created_at = created_at - interval '25 hours' WHERE tenant_id = 2`);
	assert.equal((await apiOf(site, 'bob').import('firstname\nDaily\n')).status, 201);
});

test('what a tenant has stored is limited', async () => {
	await site.psql(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, created_at, started_at, ended_at, rows, counts)
		SELECT 2, (SELECT id FROM admin WHERE username = 'bob'), 'bob', 'import', 'old.csv', 21000::bigint * 1048576, sha256(''), 'stored', 'done', now() - interval '9 days',
			now() - interval '9 days', now() - interval '9 days', 0, '{}'`);
	const refused = await apiOf(site, 'bob').import('firstname\nStored\n');
	assert.equal(refused.status, 429);
	assert.match(refused.text, /take 210\d\d MB/);
	assert.match((await (await site.client('bob')).upload(Buffer.from('firstname\nStored\n'))).text, /all the space it has/);
	// Its file deleted, as docs/operations.md says: the report stays.
	await site.psql(`UPDATE job SET kept_as_sent = false WHERE nonce = 'stored'`);
	assert.equal((await apiOf(site, 'bob').import('firstname\nStored\n')).status, 201);
	await site.psql(`DELETE FROM users WHERE firstname = 'Stored'; DELETE FROM job WHERE nonce = 'stored'`);
});

test('jobs over all tenants, however many, keep a tenant\'s job waiting once', async () => {
	const lock = new Jobs(site);
	await lock.psql('SELECT pg_advisory_lock(1, 0)');
	const everywhere = async () => jobOf(await apiOf(site, 'root').import('firstname,entity_id\nAll,2\n', { prefer: 'wait=0' }));
	const first = await everywhere();
	while ((await site.job(first)).state !== 'running')
		await new Promise((done) => setTimeout(done, 20));
	const others = [await everywhere(), await everywhere()];
	const mine = jobOf(await apiOf(site, 'alice').import('firstname\nMine\n', { prefer: 'wait=0' }));
	lock.close();
	const ended = [];
	for (const id of [first, ...others, mine])
		ended.push({ id, at: (await site.jobEnded(id)).ended_at });
	ended.sort((a, b) => (a.at < b.at ? -1 : 1));
	assert.deepEqual(ended.map((x) => x.id), [first, mine, ...others]);
});

test('whatever may wait for a job leaves the pages alone', async () => {
	const bob = apiOf(site, 'bob'), client = await site.client('bob'), json = { 'content-type': 'application/json' };
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'bob'`);
	const made = await bob.import('firstname\nWaits\n');
	const [{ user_uuid: uuid }] = made.json.created, users = '/services/ipbx/users', job = jobOf(made);
	const request = (method, path, body) => () => bob.request(method, path, { body: JSON.stringify(body), headers: json });
	const form = (path, mark, fields) => () => client.submit(path, fields, mark);
	for (const [what, send] of Object.entries({
		'POST /1.1/users': request('POST', '/1.1/users', { firstname: 'More' }),
		'PUT /1.1/users/{uuid}': request('PUT', `/api/confd/1.1/users/${uuid}`, { lastname: 'Changed' }),
		'POST /1.1/imports/{id}/undo': () => bob.request('POST', `/1.1/imports/${job}/undo?dry_run=1`),
		'the form of a new user': form(`${users}/add`, 'action="/services/ipbx/users/add"', { firstname: 'Form' }),
		'the form of a user': form(`${users}/${uuid}/edit`, '/edit"', { firstname: 'Waits', lastname: 'Again' }),
		'a button of a user': form(`${users}/${uuid}`, '/set"', { action: 'disable' }),
		'Undo': form(`/services/ipbx/imports/${job}`, '/undo"', {}),
	})) {
		const last = await site.value('SELECT max(id) FROM job');
		const held = await hold(site, 2);
		let answered = false;
		const waiting = send().then((answer) => {
			answered = true;
			return answer;
		});
		while (await site.value(`SELECT count(*) FROM job WHERE id > ${last} AND state = 'running'`) === 0 && !answered)
			await new Promise((done) => setTimeout(done, 20));
		assert.equal((await new Client(site.url).get('/login')).status, 200);
		assert.ok(!answered, what);
		held.release();
		assert.ok((await waiting).status < 400, what);
	}
});

// ---- the role of the web

test('settings that the web\'s role gives itself do not reach the others\' connections', async () => {
	const set = (name, value) => site.psql(`SET ROLE rollcall_web; ALTER ROLE rollcall_web IN DATABASE ${site.db} SET ${name} = '${value}'`);
	await set('statement_timeout', '1ms');
	await set('default_transaction_read_only', 'on');
	await set('search_path', 'pg_temp');
	await set('bytea_output', 'escape');
	await assert.rejects(set('rollcall.scope', '{1,2}'), /permission denied/);
	for (const pool of ['pages', 'uploads']) {
		await site.stop(pool);
		await site.start(pool);
	}
	await site.untilAnswered('/login');
	await site.client('alice');
	const made = await apiOf(site, 'bob').import('firstname\nSettings\n');
	assert.equal(made.status, 201, made.text);
	assert.equal((await apiOf(site, 'bob').get(`/1.1/imports/${jobOf(made)}`)).status, 200);
	assert.equal((await apiOf(site, 'alice').get(`/1.1/imports/${jobOf(made)}`)).status, 404);
	await site.psql(`ALTER ROLE rollcall_web IN DATABASE ${site.db} RESET ALL`);
});
