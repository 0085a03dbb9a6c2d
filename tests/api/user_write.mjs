// POST /1.1/users and PUT /1.1/users/{uuid or id}: one user by JSON, through the same rules as a
// file.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { Api } from '../lib/api.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, api;
const json = { 'content-type': 'application/json' };
const send = (method, path, object, headers = json) => api.request(method, path, { body: typeof object === 'string' ? object : JSON.stringify(object), headers });

before(async () => {
	site = await freshSite();
	await addPeople(site);
	api = new Api(site.url, { account: 'alice:alice-Secret-1' });
});

test('a user with line, numbers and labels is made, and shown', async () => {
	const [label] = await site.sql('SELECT name FROM label WHERE tenant_id = 1 LIMIT 1');
	const made = await send('POST', '/1.1/users', { firstname: 'Jo', lastname: null, enabled: false, ring_seconds: 15,
		line_protocol: 'sip', context: 'default', exten: '1555', labels: [label.name],
		incall_exten: ['2555', '2556'], incall_context: ['from-extern', 'from-extern'] });
	assert.equal(made.status, 201, made.text);
	assert.equal(made.json.firstname, 'Jo');
	assert.equal(made.json.enabled, false);
	assert.equal(made.json.ring_seconds, 15);
	assert.deepEqual(made.json.incalls.map((i) => i.exten ?? i.extensions[0].exten).sort(), ['2555', '2556']);
	assert.equal(made.headers.get('location'), `/1.1/users/${made.json.uuid}`);
	assert.deepEqual(made.json.labels.map((l) => l.name), [label.name]);
});

test('one context for several incoming numbers is that of each of them', async () => {
	const contexts = (id) => site.value(`SELECT string_agg(exten || '@' || c.name, ' ' ORDER BY exten) FROM incall JOIN context c ON c.id = context_id
		WHERE user_id = (SELECT id FROM users WHERE uuid = '${id}')`);
	const made = await send('POST', '/1.1/users', { firstname: 'Several', incall_exten: ['2561', '25 62', ''], incall_context: 'from-extern' });
	assert.equal(made.status, 201, made.text);
	const change = async (object) => {
		const answer = await send('PUT', `/1.1/users/${made.json.uuid}`, object);
		assert.equal(answer.status, 204, answer.text);
		return contexts(made.json.uuid);
	};
	assert.equal(await contexts(made.json.uuid), '2561@from-extern 2562@from-extern');
	assert.equal(await change({ incall_exten: '2562;2563;2564', incall_context: ['from-extern'] }), '2562@from-extern 2563@from-extern 2564@from-extern');
	assert.equal(await change({ incall_exten: ['2561', '2563'] }), '2561@from-extern 2563@from-extern', 'without contexts');
	assert.equal(await change({ incall_context: 'from-extern' }), '2561@from-extern 2563@from-extern', 'without numbers');
	const short = await send('PUT', `/1.1/users/${made.json.uuid}`, { incall_exten: '2561;2562;2563', incall_context: 'from-extern;from-extern' });
	assert.deepEqual(short.json.errors.map((e) => [e.code, e.details.column]), [['invalid', 'incall_context']]);
	const wrong = await send('PUT', `/1.1/users/${made.json.uuid}`, { incall_exten: '2561;x', incall_context: 'from-extern' });
	assert.deepEqual(wrong.json.errors.map((e) => [e.code, e.details.column]), [['invalid', 'incall_exten']]);
});

test('ring seconds of incoming numbers are an array of numbers, as they are shown', async () => {
	const made = await send('POST', '/1.1/users', { firstname: 'Rings', incall_exten: ['2571', '2572'], incall_context: 'from-extern', incall_ring_seconds: [5, null] });
	assert.equal(made.status, 201, made.text);
	const { uuid: of } = made.json;
	const stored = async () => (await site.sql(`SELECT incall_exten, incall_ring_seconds FROM user_row WHERE uuid = '${of}'`))[0];
	assert.deepEqual(await stored(), { incall_exten: '2571;2572', incall_ring_seconds: '5;' });
	for (const [given, expected] of [[[null, 10], ';10'], [['7', 8], '7;8'], [[null, null], null]]) {
		const answer = await send('PUT', `/1.1/users/${of}`, { incall_exten: ['2571', '2572'], incall_context: 'from-extern', incall_ring_seconds: given });
		assert.equal(answer.status, 204, answer.text);
		assert.equal((await stored()).incall_ring_seconds, expected, JSON.stringify(given));
	}
	for (const wrong of [[1.5, 1], [true, 1], [[1], 1], [{ a: 1 }, 1]]) {
		const answer = await send('PUT', `/1.1/users/${of}`, { incall_ring_seconds: wrong });
		assert.equal(answer.status, 400, JSON.stringify(wrong));
		assert.match(answer.json.detail ?? answer.text, /incall_ring_seconds must be a whole number or a text, or an array of whole numbers, texts and null/);
	}
	const far = await send('PUT', `/1.1/users/${of}`, { incall_exten: ['2571', '2572'], incall_context: 'from-extern', incall_ring_seconds: [5, 10801] });
	assert.deepEqual([far.status, far.json.errors[0].details.column], [400, 'incall_ring_seconds']);
	assert.equal((await stored()).incall_ring_seconds, null);
});

test('a user is changed by uuid and by number, the rest is not touched', async () => {
	const [before] = await site.sql(`SELECT * FROM users WHERE uuid = '${uuid(1)}'`);
	assert.equal((await send('PUT', `/1.1/users/${uuid(1)}`, { lastname: 'Changed' })).status, 204);
	assert.equal((await send('PUT', `/1.1/users/${before.id}`, { userfield: null })).status, 204);
	const [after] = await site.sql(`SELECT * FROM users WHERE uuid = '${uuid(1)}'`);
	assert.deepEqual(after, { ...before, lastname: 'Changed', userfield: null });
});

test('what is wrong is told as for a file, and nothing is done', async () => {
	const count = () => site.value('SELECT count(*)::int FROM users');
	const before = await count();
	const answer = await send('POST', '/1.1/users', { firstname: 'X', email: 'nobody', exten: '99999', context: 'default', line_protocol: 'sip' });
	assert.equal(answer.status, 400);
	assert.deepEqual(answer.json.errors.map((e) => [e.code, e.details.column]), [['invalid', 'email'], ['exten_range', 'exten']]);
	assert.equal(await count(), before);
	for (const [body, text] of [['[]', /JSON object/], ['{', /JSON object/], ['{"firstname":"a","firstname":"b"}', /duplicate object key \(line 1, column \d+\)/],
		['{"firstname":NaN}', /not valid JSON: invalid token \(line 1, column/], ['{"firstname":"a"} x', /end of file expected/], ['null', /must be a JSON object, whose members are columns$/],
		['{"password":"hush-hush\x01"}', /^(?!.*hush)/], [{ firstname: 'a', FirstName: 'b' }, /firstname is there twice/],
		[{ firstname: true }, /firstname must be a text or a whole number, or null/], [{ firstname: ['a'] }, /firstname must be/], [{ labels: [1] }, /labels must be a text, or an array/],
		[{ firstname: 'a', enabled: 1.5 }, /enabled must be true or false/],
		[{ firstnam: 'x' }, /did you mean firstname\?/], [{ uuid: uuid(1), firstname: 'x' }, /uuid is no column that can be set$/],
		[{ firstname: { a: 1 } }, /firstname must be/], [{ firstname: 1.5 }, /firstname must be/]]) {
		const wrong = await send('POST', '/1.1/users', body);
		assert.equal(wrong.status, 400, JSON.stringify(body));
		assert.match(wrong.json.detail ?? JSON.stringify(wrong.json), text);
	}
	assert.equal((await send('POST', '/1.1/users', 'firstname=x', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415);
	assert.equal((await send('POST', '/1.1/users', { firstname: 'x'.repeat(300000) })).status, 413);
	assert.equal(await count(), before);
});

test('a user without a first name is refused for that, whatever else is sent', async () => {
	for (const body of [{}, { firstname: '' }, { firstname: null }, { firstname: ' ' }, { lastname: 'x' }, { firstname: '', enabled: false }]) {
		const { status, json } = await send('POST', '/1.1/users', body);
		assert.equal(status, 400);
		assert.deepEqual(json.errors.map((e) => [e.code, e.details.column]), [['missing', 'firstname']], JSON.stringify(body));
	}
});

test('the answer leads to the result of its job, which has the warnings', async () => {
	const result = async (answer) => (await api.get(/^<([^>]+)>; rel="describedby"$/.exec(answer.headers.get('link'))[1])).json;
	const made = await send('POST', '/1.1/users', { firstname: 'Numberless', exten: '1556' });
	assert.equal(made.status, 201);
	assert.deepEqual((await result(made)).warnings.map((w) => w.code), ['group']);
	const changed = await send('PUT', `/1.1/users/${made.json.uuid}`, { lastname: 'x' });
	assert.equal(changed.status, 204);
	assert.deepEqual((await result(changed)).warnings, []);
});

test('a value that begins with a formula\'s sign is stored as it is', async () => {
	const made = await send('POST', '/1.1/users', { firstname: '=Jo', userfield: '\'+1' });
	assert.deepEqual([made.json.firstname, made.json.userfield], ['=Jo', '\'+1']);
});

test('the same Idempotency-Key twice makes one user', async () => {
	const headers = { ...json, 'idempotency-key': 'one-user' };
	const first = await send('POST', '/1.1/users', { firstname: 'Once' }, headers);
	const second = await send('POST', '/1.1/users', { firstname: 'Once' }, headers);
	assert.equal(first.status, 201);
	assert.equal(second.json.uuid, first.json.uuid);
	assert.equal((await send('POST', '/1.1/users', { firstname: 'Other' }, headers)).status, 422);
	assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE firstname = 'Once'`), 1);
});

test('rights and tenants hold', async () => {
	const reader = new Api(site.url, { account: 'reader:reader-Secret-1' });
	const body = JSON.stringify({ firstname: 'No' });
	assert.equal((await reader.request('POST', '/1.1/users', { body, headers: json })).status, 403);
	assert.equal((await reader.request('PUT', `/1.1/users/${uuid(1)}`, { body, headers: json })).status, 403);
	assert.equal((await send('PUT', `/1.1/users/${uuid(5)}`, { firstname: 'No' })).status, 404);
	assert.equal(await site.value(`SELECT firstname FROM users WHERE uuid = '${uuid(5)}'`), 'Foreign');
});
