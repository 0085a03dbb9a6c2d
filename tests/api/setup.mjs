// The setup by the API: each list, each method, in the shapes of the older services.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { Api, apiOf } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';
import { hold } from '../lib/hold.mjs';
import { addPeople } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const acme = '11111111-1111-4111-8111-111111111111';
let site, alice, root;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	[alice, root] = [apiOf(site, 'alice'), apiOf(site, 'root')];
});

const named = async (path, name) => (await alice.get(`${path}?search=${encodeURIComponent(name)}`)).json.items.find((item) => item.name === name);

test('a context is made, read, changed and deleted in the shape of the older service', async () => {
	const made = await alice.send('POST', '/1.1/contexts', { name: 'branch', type: 'internal', user_ranges: [{ start: '4000', end: '4099' }] });
	assert.equal(made.status, 201, made.text);
	const path = made.headers.get('location');
	assert.deepEqual(made.json, { id: made.json.id, name: 'branch', label: 'branch', type: 'internal', tenant_uuid: acme, reserved: [], includes: [], group_ranges: [],
		queue_ranges: [], conference_room_ranges: [], incall_ranges: [], user_ranges: [{ start: '4000', end: '4099' }] });
	assert.deepEqual((await alice.get(path)).json, made.json);
	// What was read is sent back, with one member changed.
	assert.equal((await alice.send('PUT', path, { ...made.json, group_ranges: [{ start: '600', end: '699' }] })).status, 204);
	assert.equal((await alice.send('PUT', path, { name: 'annex' })).status, 204);
	const now = (await alice.get(path)).json;
	assert.deepEqual([now.name, now.user_ranges, now.group_ranges], ['annex', made.json.user_ranges, [{ start: '600', end: '699' }]]);
	assert.equal((await alice.delete(path)).status, 204);
	assert.equal((await alice.get(path)).status, 404);
	assert.equal((await alice.delete(path)).status, 404);
});

test('what is wrong is told by its place, and nothing is made', async () => {
	for (const [body, text] of [
		[{ type: 'internal' }, /name is missing/],
		[{ name: 'x', type: 'phone' }, /type must be one of/],
		[{ name: 'x', type: 'internal', rangs: [] }, /rangs there is no such key/],
		[{ name: 'default', type: 'internal' }, /name is taken/],
		[{ name: 'x', type: 'internal', user_ranges: [{ start: '10', end: '19' }, { start: '15', end: '25' }] }, /overlaps the range 10-19/],
		[{ name: 'x', type: 'internal', user_ranges: 5 }, /ranges/],
	]) {
		const answer = await alice.send('POST', '/1.1/contexts', body);
		assert.equal(answer.status, 400, answer.text);
		assert.match(answer.json.detail, text);
	}
	assert.equal((await alice.send('POST', '/1.1/contexts', [])).status, 400);
	assert.equal(await named('/1.1/contexts', 'x'), undefined);
});

test('a part of a list without rows has the total of all', async () => {
	for (const path of ['/1.1/contexts', '/1.1/users/labels', '/1.1/callpermissions']) {
		const { total } = (await alice.get(path)).json;
		assert.ok(total > 0, path);
		for (const part of ['limit=0', 'limit=2&offset=90'])
			assert.deepEqual((await alice.get(`${path}?${part}`)).json, { items: [], total }, `${path}?${part}`);
	}
});

test('a context that is used is not deleted, and a range that strands numbers waits for force', async () => {
	const context = await named('/1.1/contexts', 'default');
	const used = await alice.delete(`/1.1/contexts/${context.id}`);
	assert.equal(used.status, 409);
	assert.match(used.json.detail, /user \(3\): Fodé Sanderson/);
	const path = `/1.1/contexts/${context.id}`;
	const stranded = await alice.send('PUT', path, { user_ranges: [{ start: '1900', end: '1999' }] });
	assert.equal(stranded.status, 409);
	assert.match(stranded.json.detail, /3 existing numbers/);
	assert.equal((await alice.send('PUT', `${path}?force=true`, { user_ranges: [{ start: '1900', end: '1999' }] })).status, 204);
	assert.equal((await alice.send('PUT', path, { user_ranges: context.user_ranges })).status, 204);
});

test('a context includes others of its own tenant, and one that is included is not deleted', async () => {
	const made = await alice.send('POST', '/1.1/contexts', { name: 'lobby', type: 'internal', includes: ['default'] });
	assert.deepEqual([made.status, made.json.includes], [201, ['default']], made.text);
	const path = `/1.1/contexts/${made.json.id}`;
	for (const [includes, text] of [[['nosuch'], /includes\[0\] there is no context "nosuch"/], [['lobby'], /does not include itself/], ['default', /must be a list/]]) {
		const wrong = await alice.send('PUT', path, { includes });
		assert.equal(wrong.status, 400);
		assert.match(wrong.json.detail, text);
	}
	const hall = await alice.send('POST', '/1.1/contexts', { name: 'hall', type: 'internal', includes: ['lobby'] });
	const used = await alice.delete(path);
	assert.equal(used.status, 409);
	assert.match(used.json.detail, /contexts \(1\): hall/);
	assert.equal((await alice.send('PUT', `/1.1/contexts/${hall.json.id}`, { includes: [] })).status, 204);
	for (const id of [made.json.id, hall.json.id])
		assert.equal((await alice.delete(`/1.1/contexts/${id}`)).status, 204);
});

test('telephony is of the whole installation: root reads and changes it, and nobody else', async () => {
	assert.equal((await alice.get('/1.1/telephony')).status, 403);
	assert.equal((await alice.send('PUT', '/1.1/telephony', { realm: 'mine.example' })).status, 403);
	assert.deepEqual((await root.get('/1.1/telephony')).json, { realm: 'rollcall', voicemail_server: null, media_server: null });
	assert.equal((await root.send('PUT', '/1.1/telephony', { realm: 'acme.example', voicemail_server: '192.0.2.9:5062' })).status, 204);
	assert.equal((await root.send('PUT', '/1.1/telephony', { media_server: '192.0.2.8' })).status, 204);
	assert.deepEqual((await root.get('/1.1/telephony')).json,
		{ realm: 'acme.example', voicemail_server: '192.0.2.9:5062', media_server: '192.0.2.8' });
	for (const [body, text] of [[{ realm: 'x y' }, /realm must be 1 to 64 letters/], [{ media_server: 'host.example' }, /media_server must be an IP address/],
		[{ port: 5060 }, /port there is no such key/], [{ realm: null }, /realm is missing|realm must be/]]) {
		const wrong = await root.send('PUT', '/1.1/telephony', body);
		assert.equal(wrong.status, 400, JSON.stringify(body));
		assert.match(wrong.json.detail, text);
	}
	assert.equal((await root.send('PUT', '/1.1/telephony', { voicemail_server: null, media_server: null })).status, 204);
	assert.deepEqual(await site.sql('SELECT realm, voicemail_server, media_server FROM telephony'),
		[{ realm: 'acme.example', voicemail_server: null, media_server: null }]);
	assert.deepEqual((await site.sql(`SELECT detail FROM audit WHERE action = 'telephony.change' ORDER BY id LIMIT 1`))[0].detail, { name: 'acme.example', was: 'rollcall' });
});

test('a call permission takes rules, or mode and extensions as older clients send them', async () => {
	const made = await alice.send('POST', '/1.1/callpermissions', { name: 'abroad', mode: 'deny', extensions: ['_00.', '_011.'], password: '4711' });
	assert.equal(made.status, 201, made.text);
	assert.deepEqual(made.json.rules, ['_00.', '_011.'].map((pattern) => ({ pattern, allow: false, password: '********' })));
	const path = `/1.1/callpermissions/${made.json.id}`;
	assert.equal((await alice.send('PUT', path, { ...made.json, extensions: ['_00.'] })).status, 204);
	assert.deepEqual(await site.sql(`SELECT pattern, password FROM call_permission_rule WHERE call_permission_id = ${made.json.id}`),
		[{ pattern: '_00.', password: '4711' }]);
	assert.equal((await alice.send('PUT', path, { rules: [{ pattern: '_0033.', allow: true }, { pattern: '_00.', allow: false }] })).status, 204);
	const { mode, extensions } = (await alice.get(path)).json;
	assert.deepEqual([mode, extensions], [null, ['_00.', '_0033.']]);
	assert.equal((await alice.send('PUT', path, { mode: 'maybe' })).status, 400);
});

test('labels, profiles, template lines and trunks; a trunk\'s password is written and never read', async () => {
	for (const path of ['/1.1/users/labels', '/1.1/cti_profiles', '/1.1/lines/templates']) {
		const made = await alice.send('POST', path, { name: 'fresh' });
		assert.deepEqual([made.status, made.json.name], [201, 'fresh'], made.text);
		assert.equal((await alice.send('POST', path, { name: 'fresh' })).status, 400);
		assert.equal((await alice.send('POST', path, { name: 'other', color: 'red' })).status, 400);
		assert.equal((await alice.delete(`${path}/${made.json.id}`)).status, 204);
	}
	// Names are one whatever the form of their accents.
	const accented = await alice.send('POST', '/1.1/users/labels', { name: 'E\u0301te\u0301' });
	assert.deepEqual([accented.status, accented.json.name], [201, '\u00c9t\u00e9'], accented.text);
	assert.equal((await alice.send('POST', '/1.1/users/labels', { name: '\u00c9t\u00e9' })).status, 400);
	const standard = await named('/1.1/lines/templates', 'default');
	assert.equal((await alice.delete(`/1.1/lines/templates/${standard.id}`)).status, 409);
	const trunk = await alice.send('POST', '/1.1/trunks', { name: 'carrier', address: '192.0.2.1', username: 'me', password: 'carrier-secret' });
	assert.equal(trunk.status, 201, trunk.text);
	assert.ok(!trunk.text.includes('carrier-secret'));
	assert.equal((await alice.send('PUT', `/1.1/trunks/${trunk.json.id}`, { prefix: '0', name: 'our carrier' })).status, 204);
	assert.deepEqual(await site.sql('SELECT name, secret, prefix FROM trunk'), [{ name: 'our carrier', secret: 'carrier-secret', prefix: '0' }]);
});

test('tenants are root\'s: made, found by uuid, deleted when nothing is in them', async () => {
	for (const method of ['GET', 'POST'])
		assert.equal((await alice.send(method, '/1.1/tenants', method === 'POST' ? { name: 'x' } : undefined)).status, 403);
	const made = await root.send('POST', '/1.1/tenants', { name: 'initech', emergency_numbers: ['112'] });
	assert.equal(made.status, 201, made.text);
	assert.equal((await root.get(`/1.1/tenants/${made.json.uuid}`)).json.name, 'initech');
	assert.equal((await root.send('POST', '/1.1/tenants', { name: 'initech' })).status, 400);
	assert.equal((await root.send('POST', '/1.1/users/labels', { name: 'x' })).status, 400);
	const label = await root.send('POST', '/1.1/users/labels', { name: 'x' }, { 'wazo-tenant': made.json.uuid });
	assert.equal(label.status, 201, label.text);
	const used = await root.delete(`/1.1/tenants/${made.json.id}`);
	assert.equal(used.status, 409);
	assert.match(used.json.detail, /labels \(1\): x/);
	assert.equal((await root.delete(`/1.1/users/labels/${label.json.id}`)).status, 204);
	assert.equal((await root.send('PUT', `/1.1/tenants/${made.json.uuid}`, { name: 'initrode' })).status, 204);
	await site.psql(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, state, started_at, ended_at)
		SELECT ${made.json.id}, id, 'root', 'import', 'x.csv', 1, sha256('x'), 'x', 'done', now(), now() FROM admin WHERE username = 'root'`);
	assert.match((await root.delete(`/1.1/tenants/${made.json.uuid}`)).json.detail, /job \(1\)/);
	assert.equal((await alice.delete(`/1.1/tenants/${made.json.uuid}/history`)).status, 403);
	assert.equal((await root.delete(`/1.1/tenants/${made.json.uuid}/history`)).status, 204);
	assert.equal((await root.delete(`/1.1/tenants/${made.json.uuid}`)).status, 204);
});

test('administrators: rights at most one\'s own, and nobody deletes himself', async () => {
	await site.psql(`UPDATE admin SET rights = '{users.read,setup}' WHERE username = 'reader'`);
	const reader = apiOf(site, 'reader');
	assert.equal((await reader.send('POST', '/1.1/administrators', { username: 'helper', password: 'helper-Secret-1', rights: ['users.delete'] })).status, 400);
	const made = await reader.send('POST', '/1.1/administrators', { username: 'helper', password: 'helper-Secret-1', rights: ['users.read'] });
	assert.equal(made.status, 201, made.text);
	assert.ok(!made.text.includes('helper-Secret-1'));
	site.passwords.helper = 'helper-Secret-1';
	assert.equal((await apiOf(site, 'helper').get('/1.1/users')).status, 200);
	assert.equal((await reader.send('PUT', `/1.1/administrators/${made.json.id}`, { disabled: true })).status, 204);
	assert.equal((await apiOf(site, 'helper').get('/1.1/users')).status, 401);
	const [{ id: above }] = await site.sql(`SELECT id FROM admin WHERE username = 'alice'`);
	assert.equal((await reader.send('PUT', `/1.1/administrators/${above}`, { password: 'taken-Over-1' })).status, 403);
	const [{ id: own }] = await site.sql(`SELECT id FROM admin WHERE username = 'reader'`);
	assert.equal((await reader.delete(`/1.1/administrators/${own}`)).status, 403);
	const { data } = (await reader.request('POST', '/api/auth/0.1/token')).json;
	const found = new Api(site.url, { headers: { 'x-auth-token': data.token } });
	const taken = await found.send('PUT', `/1.1/administrators/${own}`, { password: 'taken-Over-1' });
	assert.equal(taken.status, 400);
	assert.match(taken.text, /your own password is changed on your profile/);
	assert.equal((await reader.delete(`/1.1/administrators/${made.json.id}`)).status, 204);
	assert.deepEqual((await site.sql(`SELECT action, admin_name FROM audit WHERE admin_name = 'reader' AND action LIKE 'admin.%' ORDER BY id`)),
		['admin.add', 'admin.change', 'admin.delete'].map((action) => ({ action, admin_name: 'reader' })));
});

test('without the right setup it is 403, and while an import runs 503', async () => {
	await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
	assert.equal((await apiOf(site, 'reader').get('/1.1/contexts')).status, 403);
	const release = await hold(site, 2, 1);
	assert.equal((await alice.send('POST', '/1.1/users/labels', { name: 'busy' })).status, 503);
	await release();
	assert.equal((await alice.send('POST', '/1.1/users/labels', { name: 'busy' })).status, 201);
});

// The end of a job is seen before its locks are free: who then changes or deletes at once must not be refused.
test('locks that a job gives back within a second are waited for', async () => {
	const [{ uuid }] = await site.sql("SELECT uuid FROM users WHERE tenant_id = 1 ORDER BY id LIMIT 1");
	for (const [status, act] of [
		[201, () => alice.send('POST', '/1.1/users/labels', { name: 'waited' })],
		[204, () => alice.delete(`/1.1/users/${uuid}`)],
	]) {
		const release = await hold(site, 2, 1);
		const answer = act();
		await until(() => site.value(`SELECT true FROM pg_locks JOIN pg_database d ON d.oid = database
			WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`), 'the request at the lock');
		await release();
		assert.equal((await answer).status, status);
	}
});
