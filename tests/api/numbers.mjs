// Extensions, incoming calls and voicemails by the API: with who has each; free ones made,
// renamed, set aside and deleted, by the rules of their pages.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { apiOf } from '../lib/api.mjs';
import { hold } from '../lib/hold.mjs';
import { addPeople, uuid } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

const acme = '11111111-1111-4111-8111-111111111111';
const [extensions, incalls, voicemails] = ['extensions', 'incalls', 'voicemails'].map((name) => `/1.1/${name}`);
let site, alice, root;
before(async () => {
	site = await freshSite();
	await addPeople(site);
	[alice, root] = [apiOf(site, 'alice'), apiOf(site, 'root')];
});

const items = async (path) => (await alice.get(path)).json.items;
const fode = { uuid: uuid(1), name: 'Fodé Sanderson' };

test('each list has its numbers with who has them, and finds them by number, user, context and state', async () => {
	const all = await alice.get(extensions);
	assert.equal(all.json.total, 3);
	const [first] = all.json.items;
	assert.deepEqual(first, { id: first.id, exten: '1000', context: 'default', tenant_uuid: acme, state: 'used', users: [fode] });
	assert.deepEqual((await alice.get(`${extensions}/${first.id}`)).json, first);
	assert.deepEqual((await items(`${extensions}?search=mao`)).map((n) => n.exten), ['1002']);
	assert.deepEqual((await items(`${extensions}?limit=1&offset=1`)).map((n) => n.exten), ['1001']);
	// A part without rows has the total too.
	for (const part of ['limit=0', 'limit=2&offset=90', 'search=mao&limit=2&offset=90'])
		assert.deepEqual((await alice.get(`${extensions}?${part}`)).json, { items: [], total: part.includes('mao') ? 1 : 3 }, part);
	assert.deepEqual([await items(`${extensions}?state=free`), await items(`${extensions}?context=nosuch`)], [[], []]);
	const [incoming] = await items(incalls);
	assert.deepEqual(incoming, { id: incoming.id, exten: '2000', context: 'from-extern', tenant_uuid: acme, state: 'used', users: [fode],
		extensions: [{ id: incoming.id, exten: '2000', context: 'from-extern' }] });
	await site.psql(`UPDATE users SET voicemail_id = (SELECT id FROM voicemail WHERE number = '1000') WHERE firstname = 'Mao'`);
	const [box] = await items(voicemails);
	assert.deepEqual([box.number, box.name, box.users], ['1000', 'Fodé', [fode, { uuid: uuid(3), name: 'Mao Abdoulai' }]]);
	for (const query of ['state=lost', 'limit=x', 'contxt=default'])
		assert.equal((await alice.get(`${extensions}?${query}`)).status, 400, query);
});

test('a number is found as it is written, with blanks, dots or hyphens, and so is a name with such a text', async () => {
	await site.psql(`INSERT INTO incall (tenant_id, context_id, exten, user_id) SELECT 1, id, n, NULL FROM context, unnest('{0142000101,+33142000102}'::text[]) n
		WHERE tenant_id = 1 AND name = 'from-extern'; UPDATE users SET lastname = 'Salle 20 00' WHERE firstname = 'Mao';
		UPDATE voicemail SET name = 'Box 77-78 b' WHERE number = '1000'`);
	const found = async (path, text) => (await items(`${path}?search=${encodeURIComponent(text)}`)).map((n) => n.exten ?? n.number);
	for (const text of ['01 42 00 01 01', '0142.00.01.01', '01-42-00-01-01', '01\u00a042\u00a000\u00a001\u00a001', ' 42 00 01 01 '])
		assert.deepEqual(await found(incalls, text), ['0142000101'], text);
	assert.deepEqual(await found(incalls, '+33 1 42 00'), ['+33142000102']);
	assert.deepEqual(await found(incalls, '20 00'), ['2000', '0142000101', '+33142000102'], 'in numbers');
	assert.deepEqual(await found(extensions, '10-02'), ['1002']);
	assert.deepEqual(await found(extensions, '20 00'), ['1002'], 'in the name of a user');
	assert.deepEqual(await found(voicemails, '1-0 00'), ['1000']);
	assert.deepEqual(await found(voicemails, '77-78'), ['1000'], 'in the name of a voicemail');
	assert.deepEqual([await found(voicemails, '77 78'), await found(incalls, '01 42 x')], [[], []]);
	const page = (await (await site.client('alice')).get('/services/ipbx/incalls?q=01+42+00+01+01')).text;
	assert.match(page, />0142000101</);
	await site.psql(`DELETE FROM incall WHERE exten LIKE '%1420001%'; UPDATE users SET lastname = 'Abdoulai' WHERE firstname = 'Mao';
		UPDATE voicemail SET name = 'Fodé' WHERE number = '1000'`);
});

test('a number is made and renamed as it is written', async () => {
	const made = await alice.send('POST', incalls, { exten: '21 6-0', last: '21.61', context: 'from-extern' });
	assert.equal(made.status, 201, made.text);
	assert.equal(made.json.exten, '2160');
	assert.equal((await alice.send('PUT', made.headers.get('location'), { exten: '21 69' })).status, 204);
	assert.deepEqual((await items(`${incalls}?search=216`)).map((n) => n.exten), ['2161', '2169']);
	assert.equal((await alice.send('PUT', made.headers.get('location'), { exten: '2-169' })).status, 204, 'the same');
	for (const exten of ['2160x', '01.02.2026', '2160.0'])
		assert.match((await alice.send('POST', incalls, { exten, context: 'from-extern' })).text, /1 to 40 digits/, exten);
	await site.psql(`DELETE FROM incall WHERE exten LIKE '216%'; DELETE FROM audit WHERE action LIKE 'incall.%'`);
});

test('a number is made, renamed, set aside and deleted', async () => {
	const made = await alice.send('POST', extensions, { exten: '1700', context: 'default' });
	assert.equal(made.status, 201, made.text);
	const path = made.headers.get('location');
	assert.deepEqual((await alice.get(path)).json, { ...made.json, exten: '1700', state: 'free', users: [] });
	assert.equal((await alice.send('PUT', path, { ...made.json, exten: '1701', reserved: true })).status, 204);
	assert.equal((await alice.get(path)).json.state, 'reserved');
	assert.deepEqual((await items(`${extensions}?state=reserved`)).map((n) => n.exten), ['1701']);
	assert.match((await alice.import('firstname,line_protocol,context,exten\nAnn,sip,default,1701\n')).text, /is reserved/);
	assert.equal((await alice.send('PUT', path, { reserved: false })).status, 204);
	assert.equal((await alice.get(path)).json.state, 'free');
	assert.equal((await alice.delete(path)).status, 204);
	assert.equal((await alice.get(path)).status, 404);
	assert.deepEqual((await site.sql(`SELECT action, detail FROM audit WHERE action LIKE 'extension.%' ORDER BY id`)).map((row) => [row.action, row.detail]),
		[['extension.add', { number: '1700' }], ['extension.reserve', { number: '1700' }], ['extension.rename', { number: '1700', to: '1701' }],
			['extension.release', { number: '1701' }], ['extension.delete', { number: '1701' }]]);
});

test('a block is made at once, and set aside', async () => {
	const made = await alice.send('POST', incalls, { exten: '2100', last: '2149', context: 'from-extern', reserved: true });
	assert.deepEqual([made.status, made.json.exten], [201, '2100'], made.text);
	assert.equal((await alice.get(`${incalls}?state=reserved`)).json.total, 50);
	assert.equal((await alice.send('PUT', `${incalls}/${made.json.id}`, { last: '2150' })).status, 400);
	// A file that gives one to somebody is refused, with its row and column.
	const file = 'firstname,incall_exten,incall_context\nBen,2101,from-extern\n';
	const { status, json: { errors } } = await alice.import(file);
	assert.deepEqual([status, errors.map(({ code, details }) => [code, details.row_number, details.column, details.value])],
		[400, [['reserved', 1, 'incall_exten', '2101']]]);
	const [{ id }] = await items(`${incalls}?search=2101`);
	assert.equal((await alice.send('PUT', `${incalls}/${id}`, { reserved: false })).status, 204);
	assert.equal((await alice.import(file)).status, 201);
	assert.equal((await alice.get(`${incalls}/${id}`)).json.users[0].name, 'Ben');
});

test('a voicemail has a name, which is its number where none was sent', async () => {
	const made = await alice.send('POST', voicemails, { number: '1800', context: 'default', name: 'Front desk' });
	assert.deepEqual([made.status, made.json.name, made.json.users], [201, 'Front desk', []], made.text);
	const path = `${voicemails}/${made.json.id}`;
	assert.equal((await alice.send('PUT', path, { name: 'Réception' })).status, 204);
	assert.deepEqual(await site.sql(`SELECT number, name FROM voicemail WHERE id = ${made.json.id}`), [{ number: '1800', name: 'Réception' }]);
	for (const name of ['', 'x'.repeat(81), 'a\u0007b'])
		assert.equal((await alice.send('PUT', path, { name })).status, 400, JSON.stringify(name));
	assert.equal((await alice.send('POST', voicemails, { number: '1801', context: 'default' })).json.name, '1801');
	assert.equal((await alice.send('PUT', path, { reserved: true })).status, 400, 'a voicemail is not set aside');
});

test('what is in use is neither changed nor deleted, and the answer says by whom', async () => {
	const before = await site.content();
	const [{ id }] = await items(`${extensions}?search=1000`);
	for (const answer of [await alice.delete(`${extensions}/${id}`), await alice.send('PUT', `${extensions}/${id}`, { exten: '1999' }),
		await alice.send('PUT', `${extensions}/${id}`, { reserved: true })]) {
		assert.equal(answer.status, 409);
		assert.match(answer.json.detail, /1000 is in use: nothing was changed\. By Fodé Sanderson/);
	}
	const [box] = await items(voicemails);
	assert.match((await alice.delete(`${voicemails}/${box.id}`)).json.detail, /By Fodé Sanderson, Mao Abdoulai/);
	// A change of two things of which one is refused does neither.
	const free = (await alice.send('POST', extensions, { exten: '1710', context: 'default' })).json;
	assert.equal((await alice.send('PUT', `${extensions}/${free.id}`, { exten: '1000', reserved: true })).status, 400);
	assert.equal((await alice.get(`${extensions}/${free.id}`)).json.state, 'free');
	assert.equal((await alice.delete(`${extensions}/${free.id}`)).status, 204);
	assert.equal(await site.content(), before);
});

test('what is wrong is told, and nothing is made', async () => {
	const before = await site.content();
	for (const [path, body, text] of [
		[extensions, { context: 'default' }, /exten and context are needed/],
		[extensions, { exten: '1700' }, /exten and context are needed/],
		[extensions, { exten: 1700, context: 'default' }, /exten must be a text/],
		[extensions, { exten: '1700', context: 'nosuch' }, /context must be one in which/],
		[extensions, { exten: '1700', context: 'from-extern' }, /context must be one in which/],
		[extensions, { exten: '+1700', context: 'default' }, /1 to 40 digits/],
		[extensions, { exten: '9', context: 'default' }, /outside of the ranges/],
		[extensions, { exten: '1000', context: 'default' }, /1000 exists already/],
		[extensions, { exten: '1700', last: '2800', context: 'default' }, /does not end a block/],
		[extensions, { exten: '1700', context: 'default', reserved: 'yes' }, /reserved must be true or false/],
		[extensions, { exten: '1700', context: 'default', color: 'red' }, /color is no member/],
		[voicemails, { number: '1700', context: 'default', exten: '1' }, /exten is no member/],
	]) {
		const answer = await alice.send('POST', path, body);
		assert.equal(answer.status, 400, JSON.stringify(body));
		assert.match(answer.json.detail, text);
	}
	assert.equal(await site.content(), before);
});

test('root names the tenant; who may only read changes nothing; an import that runs is waited for', async () => {
	assert.equal((await root.send('POST', extensions, { exten: '1720', context: 'default' })).status, 400);
	assert.equal((await root.get(extensions)).json.total, 4);
	const made = await root.send('POST', extensions, { exten: '1720', context: 'default' }, { 'wazo-tenant': acme });
	assert.equal(made.status, 201, made.text);
	const path = `${extensions}/${made.json.id}`;
	await site.psql(`UPDATE admin SET rights = '{users.read}' WHERE username = 'reader'`);
	const reader = apiOf(site, 'reader');
	assert.equal((await reader.get(path)).status, 200);
	for (const answer of [await reader.delete(path), await reader.send('PUT', path, { exten: '1721' }), await reader.send('POST', extensions, { exten: '1721', context: 'default' })])
		assert.equal(answer.status, 403);
	assert.equal((await apiOf(site, 'bob').get(path)).status, 404);
	const release = await hold(site, 2, 1);
	assert.equal((await alice.delete(path)).status, 503);
	await release();
	assert.equal((await alice.delete(path)).status, 204);
	await site.psql(`UPDATE admin SET rights = '{users.export}' WHERE username = 'reader'`);
	assert.equal((await reader.get(extensions)).status, 403);
});
