// What clients of the older services read: their forms of an error, of a user and of a
// token, their filters and their paths.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { hold } from '../lib/hold.mjs';
import { freshSite } from '../lib/stack.mjs';
import { Api, apiOf, csv } from '../lib/api.mjs';

const importPath = '/1.1/users/import';
const alone = { accept: 'application/json' };
let site, api, client, ada, bea;

before(async () => {
	site = await freshSite({ settings: { max_upload_mb: 1 } });
	api = apiOf(site, 'alice');
	client = apiOf(site, 'alice', { prefix: '/api/confd', headers: alone });
	const made = await client.import(csv(
		{ firstname: 'Ada', lastname: 'Byron', email: 'Ada@example.com', username: 'ada', mobile_phone_number: '+33612345678',
			line_protocol: 'sip', context: 'default', exten: '1201', sip_username: 'sip1201', sip_secret: 'keep-it-safe',
			incall_exten: '2201', incall_context: 'from-extern', voicemail_name: 'Ada', voicemail_number: '1201',
			voicemail_context: 'default' },
		{ firstname: 'Bea', lastname: 'Byron', enabled: '0', line_protocol: 'sccp', context: 'default', exten: '1202' },
		{ firstname: 'Cleo' }));
	assert.equal(made.status, 201, made.text);
	[ada, bea] = await Promise.all(made.json.created.map((row) => client.user(row.user_uuid)));
});

// ---- errors

const csvBody = (body, headers = {}) => ({ body, headers: { 'content-type': 'text/csv', ...headers } });

test('an error is a list of sentences for who takes plain JSON alone, else a problem', async () => {
	const nobody = new Api(site.url);
	for (const [who, method, path, status] of [[client, 'GET', '/1.1/users/99999', 404], [client, 'GET', '/1.1/users?limit=x', 400],
		[client, 'PATCH', '/1.1/users', 405], [client, 'GET', '/1.1/nothing', 404], [nobody, 'GET', '/1.1/users', 401]]) {
		for (const accept of ['application/json', 'Application/JSON; charset=utf-8']) {
			const plain = await who.request(method, path, { headers: { accept } });
			assert.equal(plain.status, status, plain.text);
			assert.equal(plain.headers.get('content-type'), 'application/json');
			assert.ok(Array.isArray(plain.json) && typeof plain.json[0] === 'string', plain.text);
		}
		for (const accept of ['*/*', 'application/json, */*', 'application/problem+json, application/json', 'text/csv']) {
			const other = await who.request(method, path, { headers: { accept } });
			assert.equal(other.headers.get('content-type'), 'application/problem+json', accept);
			assert.deepEqual([other.json.status, other.json.errors], [status, undefined]);
		}
	}
});

test('about a file it is `errors` at every status, in the shape of errors in the file', async () => {
	const huge = csvBody('x'.repeat(1100000));
	const ask = {
		400: [api, 'POST', `${importPath}?dryrun=1`, csvBody('firstname\nx\n')],
		401: [new Api(site.url), 'PUT', importPath, csvBody('uuid\nx\n')],
		403: [apiOf(site, 'reader'), 'POST', importPath, csvBody('firstname\nx\n')],
		404: [api, 'GET', '/1.1/imports/99999/result', {}],
		405: [api, 'PATCH', importPath, {}],
		413: [api, 'POST', importPath, huge],
		415: [api, 'POST', importPath, { body: '{}', headers: { 'content-type': 'application/json' } }],
	};
	for (const [status, [who, method, path, options]] of Object.entries(ask)) {
		const plain = await who.request(method, path, { ...options, headers: { ...options.headers, ...alone } });
		assert.equal(plain.status, Number(status), plain.text);
		assert.equal(plain.headers.get('content-type'), 'application/json');
		const [{ message, timestamp, code, details }] = plain.json.errors;
		assert.ok(message.length > 10 && Math.abs(timestamp - Date.now() / 1000) < 100 && /^[a-z_]+$/.test(code), plain.text);
		assert.deepEqual([details.row_number, details.row], [0, {}]);
		const problem = await who.request(method, path, options);
		assert.equal(problem.headers.get('content-type'), 'application/problem+json');
		assert.deepEqual([problem.json.status, problem.json.errors[0].message], [Number(status), problem.json.detail]);
	}
	const inFile = await client.import('firstname,lastname\n,Doe\n');
	assert.deepEqual([inFile.status, inFile.json.errors[0].code, inFile.headers.get('content-type')], [400, 'missing', 'application/json']);
});

test('and so where the program does not answer', async () => {
	await site.stop('pages');
	await site.stop('uploads');
	assert.equal((await client.get('/1.1/imports')).json.length, 1);
	assert.equal((await client.import('firstname\nx\n')).json.errors[0].code, 'service_unavailable');
	assert.equal((await api.import('firstname\nx\n')).json.errors[0].message, (await api.get('/1.1/imports')).json.detail);
	await site.start('pages');
	await site.start('uploads');
	assert.equal((await site.untilAnswered('/status')).status, 200);
});

test('the row of an error is whole: long cells, unknown columns, cells that no column is above', async () => {
	const long = 'é'.repeat(3000);
	const answer = await api.import(`firstname,shoe size,userfield\n"",42,${long},one,two\n`);
	const row = answer.json.errors.find(({ details }) => details.row_number === 1).details.row;
	assert.deepEqual(row, { firstname: '', 'shoe size': '42', userfield: long, null: ['one', 'two'] });
	const masked = await api.import(`firstname,sip_secret\nx,hidden-1,hidden-2\n`);
	assert.ok(!masked.text.includes('hidden'), masked.text);
});

test('counters of a job have no name that is a list elsewhere', async () => {
	// It has not ended while the lock of its tenant is held.
	const release = await hold(site, 2, 1);
	const later = await api.import('firstname\nLater\n', { prefer: 'respond-async' });
	await release();
	assert.equal(later.status, 202);
	for (const name of ['errors', 'warnings', 'created', 'updated', 'changes'])
		assert.ok(!(name in later.json), name);
	assert.deepEqual([later.json.error_count, later.json.warning_count], [0, 0]);
	assert.equal((await api.result(later.json.id)).status < 300, true);
});

// ---- users

test('a user has the nested shapes, beside the flat ones', () => {
	const [line] = ada.lines, number = ada.extensions[0];
	assert.deepEqual(line.extensions, [number]);
	assert.deepEqual([line.endpoint_sip.uuid, line.endpoint_sip.name, line.endpoint_sip.auth_section_options],
		[line.uuid, 'sip1201', [['username', 'sip1201'], ['password', 'keep-it-safe']]]);
	assert.equal(line.endpoint_sccp, null);
	assert.deepEqual(ada.incalls[0].extensions, [{ id: ada.incalls[0].id, exten: '2201', context: 'from-extern' }]);
	assert.equal(ada.voicemail.number, '1201');
	assert.deepEqual([bea.lines[0].endpoint_sip, bea.lines[0].endpoint_sccp], [null, { id: bea.lines[0].id }]);
});

test('nested secrets are masked as the flat ones', async () => {
	const seen = await apiOf(site, 'reader').get(`/1.1/users/${ada.uuid}`);
	assert.ok(!seen.text.includes('keep-it-safe'));
	assert.deepEqual(seen.json.lines[0].endpoint_sip.auth_section_options[1], ['password', '********']);
});

test('filters by column, one or several, exact', async () => {
	const names = async (query) => {
		const { status, json, text } = await client.get(`/1.1/users?${query}`);
		assert.equal(status, 200, text);
		assert.equal(json.total, json.items.length);
		return json.items.map((user) => user.firstname);
	};
	for (const [query, found] of [['lastname=Byron', ['Ada', 'Bea']], ['lastname=Byro', []], ['firstname=Ada&lastname=Byron', ['Ada']],
		['firstname=Ada&exten=1202', []], ['email=ada@EXAMPLE.com', ['Ada']], ['username=ADA', ['Ada']], ['exten=1202', ['Bea']],
		['mobile_phone_number=%2B33612345678', ['Ada']], [`uuid=${bea.uuid}`, ['Bea']], ['enabled=False', ['Bea']],
		['enabled=true&lastname=Byron', ['Ada']], ['search=byron&enabled=0', ['Bea']], ['recurse=True&firstname=Bea', ['Bea']],
		["firstname='", []], ['email=', []]])
		assert.deepEqual(await names(query), found, query);
	for (const bad of ['uuid=x', 'enabled=maybe', 'recurse=2', 'view=directory', 'mail=x', 'name=Ada'])
		assert.equal((await client.get(`/1.1/users?${bad}`)).status, 400, bad);
	assert.equal((await apiOf(site, 'bob').get('/1.1/users?lastname=Byron')).json.total, 0);
});

test('view=summary is each user in brief', async () => {
	const { json } = await client.get('/1.1/users?view=summary&firstname=Ada');
	assert.deepEqual(json.items, [{ id: ada.id, uuid: ada.uuid, subscription_type: 0, firstname: 'Ada', lastname: 'Byron',
		email: 'Ada@example.com', enabled: true, provisioning_code: ada.lines[0].provisioning_code, protocol: 'sip',
		extension: '1201', context: 'default' }]);
});

test('a user is read and deleted by its number too', async () => {
	const { json: { created: [{ user_id: id, user_uuid: uuid }] } } = await client.import('firstname\nBrief\n');
	assert.equal((await client.get(`/1.1/users/${id}`)).json.uuid, uuid);
	assert.equal((await apiOf(site, 'bob').delete(`/1.1/users/${id}`)).status, 404);
	assert.equal((await client.delete(`/1.1/users/${id}`)).status, 204);
	for (const gone of [id, uuid, 0, 'x', '99999999999'])
		assert.equal((await client.delete(`/1.1/users/${gone}`)).status, 404, gone);
});

// ---- tokens, and what clients look at first

const token = (method, path, options) => new Api(site.url, { headers: alone }).request(method, `/api/auth/0.1/token${path}`, options);

test('a token is made with name and password in the body, looked at, and asked for a right', async () => {
	const body = JSON.stringify({ backend: 'wazo_user', username: 'reader', password: site.passwords.reader, expiration: 60 });
	const { status, json: { data } } = await token('POST', '', { body, headers: { 'content-type': 'application/json' } });
	assert.equal(status, 200);
	assert.match(data.auth_id, /^\d+$/);
	const seen = (await token('GET', `/${data.token}`)).json.data;
	assert.deepEqual([seen.token, seen.auth_id, seen.expires_at, seen.metadata.username],
		[data.token, data.auth_id, data.expires_at, 'reader']);
	assert.deepEqual(seen.acl, ['confd.users.read', 'confd.users.export.read']);
	assert.equal(seen.metadata.tenant_uuid, '11111111-1111-4111-8111-111111111111');
	const head = async (query) => (await token('HEAD', `/${data.token}${query}`)).status;
	assert.equal(await head(''), 204);
	assert.equal(await head('?scope=confd.users.read&tenant=11111111-1111-4111-8111-111111111111'), 204);
	assert.equal(await head('?scope=users.read'), 204);
	for (const refused of ['?scope=confd.users.import.create', '?scope=confd.trunks.read', '?scope=',
		'?tenant=22222222-2222-4222-8222-222222222222'])
		assert.equal(await head(refused), 403, refused);
	assert.equal((await token('DELETE', `/${data.token}`)).status, 204);
	assert.equal((await token('GET', `/${data.token}`)).status, 404);
	assert.equal(await head(''), 404);
});

test('a wrong password in the body is refused, and counted', async () => {
	await site.psql('DELETE FROM throttle');
	for (const body of [{ username: 'reader', password: 'wrong' }, { username: 'reader' }, { username: 1, password: 2 }])
		assert.equal((await token('POST', '', { body: JSON.stringify(body) })).status, 401);
	assert.equal(await site.value(`SELECT max(failures) FROM throttle`), 1);
	await site.psql('DELETE FROM throttle');
});

test('infos and status are under the prefix', async () => {
	const infos = await client.get('/1.1/infos');
	assert.equal(infos.status, 200, infos.text);
	assert.deepEqual((await api.get('/1.1/infos')).json, infos.json);
	assert.equal((await new Api(site.url, { prefix: '/api/confd' }).get('/1.1/infos')).status, 401);
	assert.equal((await client.get('/1.1/status')).json.status, 'ok');
	assert.equal((await client.get('/1.1/users/?limit=1')).headers.get('location'), '/api/confd/1.1/users?limit=1');
});
