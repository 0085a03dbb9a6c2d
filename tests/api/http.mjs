// What the API answers before a file is looked at: routes, accounts, rights, bodies;
// and how it waits.  Every status but those of files in error.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { freshSite, stack } from '../lib/stack.mjs';
import { Api, apiOf, document } from '../lib/api.mjs';

const importPath = '/1.1/users/import';
const acme = '11111111-1111-4111-8111-111111111111', globex = '22222222-2222-4222-8222-222222222222';

let site, api;
before(async () => {
	site = await freshSite({ settings: { max_upload_mb: 1 } });
	api = apiOf(site, 'alice');
});

const jobs = () => site.value('SELECT count(*) FROM job');

// The status, with a problem that says `detail`.
function stops(answer, status, detail = /./) {
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.headers.get('content-type'), 'application/problem+json');
	assert.equal(answer.json.status, status);
	assert.match(answer.json.detail, detail);
	assert.equal(answer.headers.get('cache-control') ?? 'no-store', 'no-store');
}

const curl = (...args) => new Promise((done) => execFile('curl', ['-s', '-w', '\n%{http_code} %{content_type}', ...args],
	(error, stdout) => done(stdout)));

// ---- routes

test('the line of the documentation, as it stands, over TLS', async () => {
	const file = join(site.dir, 'file.csv');
	writeFileSync(file, 'firstname\nCurl\n');
	for (const type of ['text/csv; charset=utf-8', 'text/csv charset=utf-8']) {
		const out = await curl('-k', '-H', `Content-Type: ${type}`, '-u', 'alice:alice-Secret-1',
			'--data-binary', `@${file}`, `${site.tlsUrl}${importPath}`);
		assert.match(out, /^\{"created":\[\{"row_number" ?: ?1,.*\n201 application\/json$/);
	}
});

test("curl's form type is refused with what to send, and stores nothing", async () => {
	const before = await jobs();
	const answer = await api.request('POST', importPath, { body: 'firstname\nx\n',
		headers: { 'content-type': 'application/x-www-form-urlencoded' } });
	stops(answer, 415, /--data-binary/);
	assert.equal(await jobs(), before);
});

test('both prefixes are one API', async () => {
	const other = apiOf(site, 'alice', { prefix: '/api/confd' });
	assert.equal((await other.import('firstname\nPrefix\n')).status, 201);
	assert.deepEqual((await other.get('/1.1/users?search=Prefix')).json, (await api.get('/1.1/users?search=Prefix')).json);
	for (const path of Object.keys(document.paths).filter((path) => path.startsWith('/1.1'))) {
		const at = path.replace('{id}', '1').replace('{uuid}', '1');
		assert.equal((await new Api(site.url, { prefix: '/api/confd' }).request('OPTIONS', at)).status, 405, at);
	}
});

test('unknown paths are 404, unknown methods 405 with Allow, whoever asks', async () => {
	const nobody = new Api(site.url);
	for (const path of ['/1.1', '/1.1/', '/1.1/nothing', '/1.1/nothing/', '/1.1/users/1/2', '/api', '/api/auth/0.1',
		'/api/confd', '/api/confd/1.0/users', '/status/x'])
		stops(await nobody.get(path), 404);
	for (const [method, path, allow] of [['DELETE', importPath, 'POST, PUT'], ['PATCH', '/1.1/users', 'GET, HEAD, POST'],
		['POST', '/1.1/users/1', 'GET, HEAD, PUT, DELETE'], ['GET', '/api/auth/0.1/token', 'POST, DELETE'],
		['POST', '/status', 'GET, HEAD']]) {
		const answer = await nobody.request(method, path);
		stops(answer, 405);
		assert.equal(answer.headers.get('allow'), allow);
	}
});

test('a slash at the end leads to the path without it, in the same method', async () => {
	const nobody = new Api(site.url);
	for (const [method, path, status, location] of [['GET', '/1.1/users/?limit=1', 301, '/1.1/users?limit=1'],
		['GET', '/api/confd/1.1/users/', 301, '/api/confd/1.1/users'], ['GET', '/metrics/', 301, '/metrics'],
		['POST', `${importPath}/`, 308, importPath], ['DELETE', '/1.1/users/1/', 308, '/1.1/users/1']]) {
		const answer = await nobody.request(method, path);
		assert.equal(answer.status, status, path);
		assert.equal(answer.headers.get('location'), location);
	}
});

test('a parameter that a resource does not have is a 400 that names the near one, and nothing is done', async () => {
	const before = await jobs();
	for (const [method, path, near] of [['POST', `${importPath}?dryrun=1`, 'dry_run'], ['PUT', `${importPath}?dry-run=1`, 'dry_run'],
		['POST', `${importPath}?Dry_Run=1`, 'dry_run'], ['GET', '/1.1/users/export?column=exten', 'columns'],
		['GET', '/1.1/users?Limit=1', 'limit'], ['GET', '/1.1/imports?offst=1', 'offset']]) {
		const name = new URL(path, site.url).search.slice(1).split('=')[0];
		const answer = await api.request(method, path, { body: method === 'GET' ? undefined : 'firstname\nx\n',
			headers: { 'content-type': 'text/csv' } });
		stops(answer, 400);
		assert.equal(answer.json.detail, `unknown parameter "${name}"; did you mean "${near}"?`);
	}
	for (const [method, path] of [['POST', `${importPath}?dry_run=0&dry_run=1`], ['PUT', `${importPath}?dry_run=1&dry_run=1`], ['GET', '/1.1/users?limit=1&%6cimit=2'],
		['PUT', `${importPath}?match=email&match=exten`]]) {
		const answer = await api.request(method, path, { body: method === 'GET' ? undefined : 'firstname\nx\n', headers: { 'content-type': 'text/csv' } });
		stops(answer, 400, /^the parameter "\w+" is there more than once$/);
	}
	for (const path of ['/1.1/users?shoe_size=1', '/1.1/users/export?q=x', '/1.1/imports/1?x', '/status?x=1'])
		stops(await api.get(path), 400, /^unknown parameter "\w+"$/);
	assert.equal(await jobs(), before);
});

test('a path that makes no sense is a 400', async () => {
	for (const path of ['/1.1/users/%ff', '/1.1/users/%E2%80%AEx'])
		stops(await api.get(path), 400);
});

// ---- accounts

test('no account, a wrong one, a wrong kind: 401, and nothing is told', async () => {
	const headers = [{}, { authorization: 'Basic' }, { authorization: 'Basic !!!' }, { authorization: 'Bearer x' },
		{ authorization: `Basic ${btoa('alice')}` }, { authorization: `Basic ${btoa('alice:')}` },
		{ authorization: `Basic ${btoa('ali\0ce:x')}` }, { authorization: `Basic ${btoa('\xff:x')}` },
		{ authorization: `Basic ${'A'.repeat(6000)}` }, { 'x-auth-token': 'x' }, { 'x-auth-token': '0'.repeat(64) }];
	for (const each of headers) {
		const answer = await new Api(site.url, { headers: each }).get('/1.1/users');
		stops(answer, 401);
		assert.match(answer.headers.get('www-authenticate'), /^Basic/);
	}
	await site.psql('DELETE FROM throttle');
});

test('the cookie of a session is no account', async () => {
	const client = await site.client('alice');
	const cookie = [...client.cookies].map((pair) => pair.join('=')).join('; ');
	stops(await new Api(site.url, { headers: { cookie } }).get('/1.1/users'), 401);
});

test('401 comes before 415 and 413, and 403 too', async () => {
	const body = { body: 'x', headers: { 'content-type': 'image/png' } };
	stops(await new Api(site.url).request('POST', importPath, body), 401);
	stops(await apiOf(site, 'reader').request('POST', importPath, body), 403);
	stops(await api.request('POST', importPath, body), 415);
});

test('each right is needed', async () => {
	const reader = apiOf(site, 'reader');
	for (const [method, path] of [['POST', importPath], ['PUT', importPath], ['DELETE', '/1.1/users/1'],
		['GET', '/1.1/imports'], ['GET', '/1.1/imports/1'], ['GET', '/1.1/imports/1/result']])
		stops(await reader.request(method, path), 403);
	assert.equal((await reader.get('/1.1/users')).status, 200);
	await site.psql(`UPDATE admin SET rights = '{users.update}' WHERE username = 'reader'`);
	stops(await reader.get('/1.1/users'), 403);
	stops(await reader.get('/1.1/users/export'), 403);
	assert.equal((await reader.get('/1.1/imports')).status, 200, 'who may update sees its jobs');
	await site.psql(`UPDATE admin SET rights = '{users.read,users.export}' WHERE username = 'reader'`);
});

test('a tenant: known and in scope, else 401', async () => {
	const inside = (user, tenant) => apiOf(site, user, { headers: { 'wazo-tenant': tenant } }).get('/1.1/users');
	assert.equal((await inside('alice', acme)).status, 200);
	assert.equal((await inside('root', globex)).status, 200);
	for (const [user, tenant] of [['alice', globex], ['alice', 'x'], ['root', '33333333-3333-4333-8333-333333333333'], ['root', "'"]])
		stops(await inside(user, tenant), 401, /tenant/i);
});

test("a browser that another site makes send with the account's password is refused", async () => {
	for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
		stops(await api.import('firstname\nForged\n', headers), 403);
	assert.equal((await api.get('/1.1/users', { origin: 'https://evil.example' })).status, 200);
});

// ---- tokens

test('a token stands for the account until it is revoked', async () => {
	const { json: { data } } = await api.request('POST', '/api/auth/0.1/token');
	const soon = (Date.parse(data.expires_at) - Date.now()) / 1000;
	assert.ok(soon > 7100 && soon < 7300, data.expires_at);
	const holder = new Api(site.url, { headers: { 'x-auth-token': data.token } });
	assert.equal((await holder.get('/1.1/users')).status, 200);
	assert.equal((await holder.import('firstname\nToken\n')).status, 201);
	const rows = await site.sql('SELECT encode(token_hash, \'hex\') AS hash FROM token');
	assert.deepEqual(rows.map((row) => row.hash), [createHash('sha256').update(data.token).digest('hex')]);
	assert.equal((await new Api(site.url).delete(`/api/auth/0.1/token/${data.token}`)).status, 204);
	stops(await new Api(site.url).delete(`/api/auth/0.1/token/${data.token}`), 404);
	stops(await holder.get('/1.1/users'), 401);
	const actions = (await site.sql(`SELECT action FROM audit WHERE action LIKE 'token.%' ORDER BY id`)).map((r) => r.action);
	assert.deepEqual(actions, ['token.open', 'token.close']);
});

test('a token ends when it is old, and with the password and the account', async () => {
	const open = async (body) => (await api.request('POST', '/api/auth/0.1/token', { body })).json.data;
	const uses = (token) => new Api(site.url, { headers: { 'x-auth-token': token } }).get('/1.1/users');
	const brief = await open('{"expiration": 60}');
	assert.ok(Date.parse(brief.expires_at) - Date.now() < 61000);
	for (const end of [`UPDATE token SET expires_at = now()`, `UPDATE admin SET disabled = true WHERE username = 'alice'`,
		`UPDATE admin SET password_proof = password_proof, disabled = false WHERE username = 'alice'`]) {
		const { token } = await open();
		assert.equal((await uses(token)).status, 200);
		await site.psql(end);
		if (!/password_proof/.test(end))
			assert.equal((await uses(token)).status, 401, end);
		await site.psql(`UPDATE admin SET disabled = false WHERE username = 'alice'`);
	}
	const { token } = await open();
	const proof = await site.value(`SELECT encode(password_proof, 'hex') FROM admin WHERE username = 'alice'`);
	await site.psql(`UPDATE admin SET password_proof = sha256('other') WHERE username = 'alice'`);
	stops(await uses(token), 401);
	stops(await api.get('/1.1/users'), 401);
	await site.psql(`UPDATE admin SET password_proof = decode('${proof}', 'hex') WHERE username = 'alice'; DELETE FROM throttle`);
});

test('a token is not given for a wrong password, nor for a body that makes no sense', async () => {
	stops(await new Api(site.url, { account: 'alice:wrong' }).request('POST', '/api/auth/0.1/token'), 401);
	stops(await new Api(site.url).request('POST', '/api/auth/0.1/token'), 401);
	for (const body of ['x', '[]', '{"expiration": "1"}', '{"expiration": 0}', '{"expiration": 99999999999}'])
		stops(await api.request('POST', '/api/auth/0.1/token', { body }), 400, /expiration/);
	stops(await api.request('POST', '/api/auth/0.1/token', { body: '{"expiraton": 60}' }), 400, /^unknown member "expiraton"; did you mean "expiration"\?$/);
	assert.equal((await api.request('POST', '/api/auth/0.1/token', { body: '{"backend": "wazo_user", "expiration": 60}' })).status, 200);
	stops(await api.request('POST', '/1.1/phonebooks', { body: '{"name": "x", "mobil": true}', headers: { 'content-type': 'application/json' } }), 400, /did you mean "mobile"/);
});

// ---- guessing

test('failed sign-ins are slowed down: by account, API and page alike, known or not', async () => {
	await site.psql('DELETE FROM throttle');
	for (const name of ['bob', 'nobody-at-all']) {
		const guess = () => new Api(site.url, { account: `${name}:guess` }).get('/1.1/users');
		for (let i = 0; i < 5; i++)
			stops(await guess(), 401);
		const slowed = await guess();
		stops(slowed, 429);
		assert.ok(Number(slowed.headers.get('retry-after')) >= 1);
		const page = await (await site.client()).submit('/login', { username: name, password: 'guess' });
		assert.equal(page.status, 429);
		assert.match(page.text, /Too many failed attempts/);
	}
	stops(await apiOf(site, 'bob').get('/1.1/users'), 429, /try again in/);
	assert.equal((await api.get('/1.1/users')).status, 200, 'others are not held up');
	// The wait is over: nobody was locked out, and a success forgets the failures.
	await site.psql(`UPDATE throttle SET failed_at = failed_at - interval '61 seconds', free_at = free_at - interval '61 seconds'`);
	assert.equal((await apiOf(site, 'bob').get('/1.1/users')).status, 200);
	stops(await new Api(site.url, { account: 'bob:guess' }).get('/1.1/users'), 401);
	await site.psql('DELETE FROM throttle');
});

test('the wait doubles up to a minute, and an hour forgets it', async () => {
	const wait = async (failures, ago) => {
		await site.psql(`DELETE FROM throttle; INSERT INTO throttle (account, address, failures, failed_at)
			VALUES (throttle_account('bob'), '', ${failures}, now() - interval '${ago}')`);
		return site.value(`SELECT throttle_wait('bob', '192.0.2.9')`);
	};
	assert.deepEqual([await wait(4, '0 s'), await wait(5, '0 s'), await wait(6, '0 s'), await wait(8, '0 s'),
		await wait(500, '0 s'), await wait(500, '61 s'), await wait(500, '2 hours')], [0, 1, 2, 8, 60, 0, 0]);
	await site.psql('DELETE FROM throttle');
});

test('an address that guesses at many accounts is slowed down too', async () => {
	await site.psql(`DELETE FROM throttle; INSERT INTO throttle (account, address, failures) VALUES ('', '127.0.0.1', 30)`);
	stops(await new Api(site.url, { account: 'someone-new:x' }).get('/1.1/users'), 429);
	await site.psql('DELETE FROM throttle');
});

test('an address that signed in lately is not held up by guesses from elsewhere', async () => {
	assert.equal((await apiOf(site, 'bob').get('/1.1/users')).status, 200);
	await site.psql(`SELECT signin_try('bob', '192.0.2.7', sha256('wrong'), NULL) FROM generate_series(1, 50)`);
	assert.equal((await apiOf(site, 'bob').get('/1.1/users')).status, 200);
	await site.psql('DELETE FROM throttle');
});

test('refusals and sign-ins are in the audit; a script is one line, not a thousand', async () => {
	await site.psql('DELETE FROM throttle; TRUNCATE audit');
	for (let i = 0; i < 5; i++)
		assert.equal((await api.get('/1.1/users?limit=1')).status, 200);
	stops(await new Api(site.url, { account: 'alice:wrong' }).get('/1.1/users'), 401);
	const rows = await site.sql('SELECT action, admin_name, address, detail FROM audit ORDER BY id');
	assert.deepEqual(rows.map((row) => [row.action, row.admin_name, row.address]),
		[['login.api', 'alice', '127.0.0.1'], ['user.secrets', 'alice', '127.0.0.1'], ['login.refused', 'alice', '127.0.0.1']]);
	await site.psql('DELETE FROM throttle');
});

// ---- bodies

test('types: UTF-8 CSV or a form with one file', async () => {
	for (const type of ['text/csv', 'text/csv; charset=UTF-8', 'text/csv;charset="utf-8";header=present', 'text/csv charset=utf-8'])
		assert.equal((await api.import('firstname\nType\n', { 'content-type': type })).status, 201, type);
	for (const type of ['text/csv; charset=iso-8859-1', 'application/json', 'text/plain', 'multipart/mixed; boundary=x'])
		stops(await api.import('firstname\nType\n', { 'content-type': type }), 415, /text\/csv; charset=utf-8/);
	stops(await api.import('x', { 'content-encoding': 'gzip' }), 415, /encoded/);
	const form = new FormData();
	form.append('file', new Blob(['firstname\nForm\n']), 'people.csv');
	assert.equal((await api.request('POST', importPath, { body: form })).status, 201);
	assert.equal(await site.value('SELECT file_name FROM job ORDER BY id DESC LIMIT 1'), 'people.csv');
	form.append('file', new Blob(['firstname\nForm\n']), 'more.csv');
	stops(await api.request('POST', importPath, { body: form }), 400, /more than one file/);
	const empty = new FormData();
	empty.append('note', 'x');
	stops(await api.request('POST', importPath, { body: empty }), 400, /no file/);
	stops(await api.request('POST', importPath, { body: '--x\r\n', headers: { 'content-type': 'multipart/form-data; boundary=x' } }), 400);
});

test('no body at all is a file without rows', async () => {
	const answer = await api.request('POST', importPath);
	assert.equal(answer.status, 400);
	assert.equal(answer.json.errors[0].code, 'file');
});

test('too large: 413, from the program and from the web server, and nothing is stored', async () => {
	const before = await jobs();
	stops(await api.import(`firstname\n${'x'.repeat(1 << 20)}`), 413);
	stops(await api.import(`firstname\n${'x'.repeat(3 << 20)}`), 413);
	assert.equal(await jobs(), before);
});

test('whether to apply is asked for with 0 or 1; anything else stores nothing', async () => {
	const before = await jobs();
	for (const query of ['?dry_run', '?dry_run=', '?dry_run=2', '?dry_run=true', '?dry_run=01'])
		stops(await api.import('firstname\nDry\n', {}, query), 400, /dry_run/);
	assert.equal(await jobs(), before);
});

test('a body that is cut off stores nothing', async () => {
	const before = await jobs();
	await new Promise((done) => {
		const socket = connect(new URL(site.url).port, '127.0.0.1', () => socket.end(`POST ${importPath} HTTP/1.1\r\n`
			+ `Host: x\r\nAuthorization: ${api.headers.authorization}\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\nfirst`));
		socket.on('close', done);
		socket.resume();
	});
	assert.equal(await jobs(), before);
});

// ---- waiting, once

test('respond-async answers at once, and the job is followed to its result', async () => {
	await site.stop('worker');
	const answer = await api.import('firstname\nLater\n', { prefer: 'respond-async' });
	assert.equal(answer.status, 202);
	assert.equal(answer.json.state, 'queued');
	assert.deepEqual(answer.json.progress, { done: 0, total: 0, percent: 0, elapsed_seconds: 0, remaining_seconds: null });
	assert.equal(answer.headers.get('preference-applied'), 'respond-async');
	const path = answer.headers.get('location');
	assert.equal(path, `/1.1/imports/${answer.json.id}`);
	assert.equal((await api.get(`${path}/result`)).status, 202);
	const status = await new Api(site.url).get('/status');
	assert.equal(status.status, 503);
	assert.deepEqual([status.json.workers, status.json.queued], [0, 1]);
	await site.start('worker');
	await site.jobEnded(answer.json.id);
	assert.equal((await api.get(path)).json.state, 'done');
	const result = await api.get(`${path}/result`);
	assert.equal(result.status, 201);
	assert.equal((await api.user(result.json.created[0].user_uuid)).firstname, 'Later');
	stops(await apiOf(site, 'bob').get(path), 404);
	stops(await apiOf(site, 'bob').get(`${path}/result`), 404);
	for (const id of ['0', 'x', '99999', '99999999999999999999'])
		stops(await api.get(`/1.1/imports/${id}`), 404);
});

test('the wait is the client\'s, up to the setting', async () => {
	await site.stop('worker');
	const began = Date.now();
	const answer = await api.import('firstname\nWait\n', { prefer: 'foo, wait=1; respond-async' });
	assert.equal(answer.status, 202);
	assert.equal(answer.headers.get('preference-applied'), 'wait=1');
	assert.ok(Date.now() - began >= 1000 && Date.now() - began < 20000);
	await site.start('worker');
	await site.jobEnded(answer.json.id);
});

test('an Idempotency-Key: the same request is one job, another one is refused', async () => {
	const key = { 'idempotency-key': '"a key"' };
	const first = await api.import('firstname\nOnce\n', key);
	const before = await jobs();
	const again = await api.import('firstname\nOnce\n', key);
	assert.equal(again.status, 201);
	assert.equal(again.text, first.text);
	stops(await api.import('firstname\nTwice\n', key), 422);
	stops(await api.update('firstname\nOnce\n', key), 422);
	assert.equal(await jobs(), before);
	assert.equal((await apiOf(site, 'bob').import('firstname\nOnce\n', key)).status, 201, "another account's key is its own");
	for (const bad of ['', 'x'.repeat(256), 'é'])
		stops(await api.import('firstname\nOnce\n', { 'idempotency-key': Buffer.from(bad).toString('latin1') }), 400, /Idempotency-Key/);
	assert.deepEqual((await api.export('?search=Once')).length, 1);
});

test('many at the same time with one key are one job', async () => {
	const key = { 'idempotency-key': 'at once' };
	const answers = await Promise.all(Array.from({ length: 6 }, () => api.import('firstname\nTogether\n', key)));
	assert.ok(answers.every((answer) => [201, 202].includes(answer.status)));
	assert.equal((await api.export('?search=Together')).length, 1);
});

test('a job that was given up is a 500 that says so', async () => {
	await site.stop('worker');
	const { json: { id } } = await api.import('firstname\nGone\n', { prefer: 'respond-async' });
	await site.psql(`UPDATE job SET state = 'failed', attempt = 5, started_at = now(), ended_at = now() WHERE id = ${id}`);
	stops(await api.get(`/1.1/imports/${id}/result`), 500, /given up/);
	await site.start('worker');
});

// ---- what watches it

test('status and metrics', async () => {
	await site.untilAnswered('/status');
	for (let i = 0; i < 50; i++)
		if ((await new Api(site.url).get('/status')).status === 200)
			break;
	const { json } = await new Api(site.url).get('/status');
	assert.deepEqual([json.status, json.database, json.workers, json.queued], ['ok', 'ok', 1, 0]);
	const metrics = await new Api(site.url).get('/metrics');
	assert.match(metrics.text, /^rollcall_database_up 1$/m);
	assert.match(metrics.text, /^rollcall_jobs\{state="done"\} \d+$/m);
	assert.equal((await new Api(site.url).request('HEAD', '/status')).status, 200);
});

test('the description is served', async () => {
	assert.deepEqual((await new Api(site.url).get('/1.1/openapi.json')).json, document);
});

test('without the program: 503 in the shape of the others', async () => {
	await site.stop('pages');
	stops(await api.get('/1.1/imports'), 503);
	assert.equal((await new Api(site.url).get('/status')).json.status, 503);
	await site.start('pages');
	assert.equal((await site.untilAnswered('/status')).status, 200);
});

test('without the database: 503, and it comes back by itself', async () => {
	const cluster = (...sql) => stack('cluster_sql', join(site.dir, '..', 'cluster'), 'postgres',
		...sql.flatMap((text) => ['-c', text]));
	await cluster(`ALTER DATABASE ${site.db} ALLOW_CONNECTIONS false`,
		`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${site.db}'`);
	stops(await api.get('/1.1/imports'), 503, /database/);
	const status = await new Api(site.url).get('/status');
	assert.deepEqual([status.status, status.json.database], [503, 'fail']);
	assert.match((await new Api(site.url).get('/metrics')).text, /^rollcall_database_up 0$/m);
	await cluster(`ALTER DATABASE ${site.db} ALLOW_CONNECTIONS true`);
	assert.equal((await api.get('/1.1/imports')).status, 200);
});
