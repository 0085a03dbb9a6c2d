// Every route, read from the route tables, with what belongs to another tenant: an
// administrator of globex, who has all rights, asks for users and jobs of acme.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { freshSite, root } from '../lib/stack.mjs';
import { apiOf, jobOf } from '../lib/api.mjs';

// Stands in every value of acme, and so in whatever shows one.
const mark = 'Zebulon';
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

// [[method, pattern]] of a route table.
function routesOf(file) {
	const text = readFileSync(join(root, file), 'utf8');
	const names = Object.fromEntries(['cgi/http/route.h', 'cgi/pages/paths.h'].flatMap((header) =>
		[...readFileSync(join(root, header), 'utf8').matchAll(/^#define ((?:PATH|ROUTE)_\w+)\s+(.*)$/gm)].map((m) => [m[1], m[2]])));
	const path = (written) => [...written.matchAll(/"([^"]*)"|((?:PATH|ROUTE)_\w+)/g)]
		.map((m) => m[1] ?? path(names[m[2]])).join('');
	// What is alike has the rows of a macro each: SETUP, NUMBERS.
	const macros = Object.fromEntries([...text.matchAll(/^#define ([A-Z]+)\(path\)([^]*?)\n\n/gm)].map((m) => [m[1],
		[...m[2].matchAll(/\{ (HTTP_\w+),\s+path(?: "([^"]*)")?,/g)].map((row) => [row[1].slice(5), row[2] ?? ''])]));
	const things = [...text.matchAll(/^\t([A-Z]+)\(((?:ROUTE_\w+ )?"[^"]+")\),$/gm)].flatMap((m) =>
		macros[m[1]].map(([method, suffix]) => [method, path(m[2]) + suffix]));
	const rows = [...text.matchAll(/^\t\{ (HTTP_\w+(?: \| HTTP_\w+)*),\s+((?:(?:PATH|ROUTE)_\w+|"[^"]*")(?: "[^"]*")*),/gm)];
	assert.equal(rows.length + Object.values(macros).flat().length, text.match(/^\t\{ HTTP_/gm).length, `${file}: a row that is read otherwise`);
	return [...rows.flatMap((m) => m[1].split(' | ').map((method) => [method.slice(5), path(m[2])])), ...things];
}
const pages = routesOf('cgi/pages/routes.c'), api = routesOf('cgi/api/routes.c');

// Where what is set up is stored, by the beginning of its address.
const tables = { '/services/ipbx/contexts': 'context', '/services/ipbx/call_permissions': 'call_permission',
	'/services/ipbx/labels': 'label', '/services/ipbx/extensions': 'extension', '/services/ipbx/incalls': 'incall',
	'/services/ipbx/voicemails': 'voicemail', '/services/ipbx/template_lines': 'line_template', '/services/ipbx/trunks': 'trunk',
	'/services/cti/profiles': 'cti_profile', '/configuration/entities': 'tenant', '/configuration/administrators': 'admin',
	'/1.1/extensions': 'extension', '/1.1/incalls': 'incall', '/1.1/voicemails': 'voicemail', '/1.1/contexts': 'context', '/1.1/callpermissions': 'call_permission', '/1.1/users/labels': 'label',
	'/1.1/lines/templates': 'line_template', '/1.1/trunks': 'trunk', '/1.1/cti_profiles': 'cti_profile',
	'/1.1/tenants': 'tenant', '/1.1/administrators': 'admin' };
const tableOf = (path) => tables[Object.keys(tables).find((start) => path.startsWith(`${start}/`))];

let site, ids;
before(async () => {
	site = await freshSite();
	for (const table of ['call_permission', 'label', 'line_template', 'cti_profile'])
		await site.psql(`INSERT INTO ${table} (tenant_id, name) VALUES (1, '${mark}')`);
	await site.psql(`INSERT INTO context (tenant_id, name, type) VALUES (1, '${mark}', 'others');
		INSERT INTO incall (tenant_id, context_id, exten) SELECT 1, id, '2900' FROM context WHERE tenant_id = 1 AND name = 'from-extern';
		INSERT INTO voicemail (tenant_id, context_id, number, name) SELECT 1, id, '1900', '${mark}' FROM context WHERE tenant_id = 1 AND name = 'default';
		INSERT INTO trunk (tenant_id, name, host) VALUES (1, '${mark}', '192.0.2.7')`);
	const alice = apiOf(site, 'alice');
	const made = await alice.import(`firstname,lastname,line_protocol,context,exten,userfield\n${mark},One,sip,default,1100,${mark}\n`);
	assert.equal(made.status, 201, made.text);
	const failed = await alice.import(`firstname,email\n${mark},${mark}\n`);
	const [{ user_uuid: uuid }] = made.json.created;
	const checked = await alice.check('update', `uuid,lastname\n${uuid},${mark}\n`);
	assert.equal(checked.status, 200, checked.text);
	// One that waits for ever: the only worker is ended.
	await site.stop('worker');
	const waiting = await alice.import(`firstname\n${mark}\n`, { prefer: 'wait=0' });
	const things = {};
	for (const table of new Set(Object.values(tables)))
		things[table] = (await site.sql(['extension', 'incall', 'voicemail'].includes(table)
			? `SELECT id FROM ${table} WHERE tenant_id = 1` : table === 'tenant' ? 'SELECT id FROM tenant WHERE id = 1' : table === 'admin'
			? 'SELECT id FROM admin WHERE tenant_id = 1' : `SELECT id FROM ${table} WHERE tenant_id = 1 AND name = '${mark}'`)).map((row) => row.id);
	ids = { things, uuid: [uuid], id: [made, failed, checked, waiting].map(jobOf), token: ['0'.repeat(64)] };
});

// The pattern with each of the ids; without a parameter the path itself.
function paths(pattern) {
	const name = /\{(\w+)\}/.exec(pattern)?.[1];
	if (name === 'id' && tableOf(pattern))
		return ids.things[tableOf(pattern)].map((id) => pattern.replace('{id}', id));
	assert.ok(!name || ids[name], `${pattern}: add ids of acme for {${name}}`);
	return name ? ids[name].map((id) => pattern.replace(`{${name}}`, id)) : [pattern];
}

const state = async () => [await site.content(), JSON.stringify(await site.sql('SELECT id, rights, disabled FROM admin ORDER BY id')),
	JSON.stringify(await site.sql('SELECT id, state, cancelled_by, applied_by FROM job WHERE tenant_id = 1 ORDER BY id'))];

// Nothing of acme is told; a route with ids of acme says that there is no such thing.
function assertNothing(what, pattern, answer) {
	assert.ok(!answer.text.includes(mark), `${what}: ${answer.text.slice(0, 500)}`);
	// A form whose own fields are not here is 400 whoever's user it is about.
	const allowed = /^(POST|PUT|PATCH)/.test(what) ? [400, 403, 404, 405] : [403, 404, 405];
	// Where a link of the phonebook was revoked, the own list is shown, whatever the id.
	if (/\{(id|uuid)\}/.test(pattern) && !/^(GET|HEAD) .*\/revoke$/.test(what))
		assert.ok(allowed.includes(answer.status), `${what}: ${answer.status}`);
	// No worker is there, which the state of the queue says.
	assert.ok(answer.status < 500 || /status/.test(pattern), `${what}: ${answer.status}`);
}

test('the ids are right: who they belong to is answered', async () => {
	const alice = apiOf(site, 'alice'), client = await site.client('alice');
	for (const [method, pattern] of api.filter(([method, pattern]) => method === 'GET' && /\{(id|uuid)\}/.test(pattern)))
		for (const path of paths(pattern))
			assert.notEqual((await alice.request(method, path)).status, 404, path);
	assert.match((await client.get(`/services/ipbx/users/${ids.uuid[0]}`)).text, new RegExp(mark));
});

test('the API, every route and every method', async () => {
	const before = await state();
	const bob = apiOf(site, 'bob');
	for (const pattern of new Set(api.map(([, pattern]) => pattern)))
		for (const path of paths(pattern))
			for (const method of methods) {
				const writes = ['POST', 'PUT', 'PATCH'].includes(method), csv = /import$/.test(pattern);
				const answer = await fetch(new URL(path, site.url), { method, redirect: 'manual',
					body: writes && !csv ? '{"lastname": "Taken"}' : undefined,
					headers: { ...bob.headers, prefer: 'wait=0',
						...(writes ? { 'content-type': csv ? 'text/csv' : 'application/json' } : {}) } });
				assertNothing(`${method} ${path}`, pattern, { status: answer.status, text: await answer.text() });
			}
	assert.deepEqual(await state(), before);
});

test('the pages, every route and every method, with the token of the own session', async () => {
	const before = await state();
	const login = async () => {
		const client = await site.client('bob');
		return [client, /name="csrf" value="([0-9a-f]+)"/.exec((await client.get('/services/ipbx/users')).text)[1]];
	};
	let [client, csrf] = await login();
	for (const pattern of new Set(pages.map(([, pattern]) => pattern)))
		for (const path of paths(pattern))
			for (const method of methods) {
				const fields = { csrf, uuid: ids.uuid[0], only: ids.uuid[0], sure: '1', tenant: '1', plan: '0', language: 'en' };
				const body = ['POST', 'PUT', 'PATCH'].includes(method) ? new URLSearchParams(fields) : undefined;
				let answer = await client.request(method, path, { body });
				// Some lead to the page of the job, which is not there.
				if (answer.status === 303 && method === 'GET' && /\{/.test(pattern))
					answer = await client.get(answer.location);
				if (method !== 'HEAD' || answer.status !== 303)
					assertNothing(`${method} ${path}`, pattern, answer);
				if (pattern === '/logout' && method === 'POST')
					[client, csrf] = await login();
			}
	assert.deepEqual(await state(), before);
});

test('files that name acme\'s users and things change nothing', async () => {
	await site.start('worker');
	const bob = apiOf(site, 'bob');
	await site.psql(`UPDATE job SET state = 'cancelled', cancelled_by = 'test', ended_at = now() WHERE state = 'queued'`);
	// The worker writes the texts for searches first.
	while (await site.value('SELECT count(*)::int FROM user_search_stale') > 0)
		await new Promise((done) => setTimeout(done, 50));
	const before = await state();
	for (const file of [`uuid,lastname\n${ids.uuid[0]},Taken\n`, `uuid\n${ids.uuid[0]}\n`]) {
		const answer = await bob.update(file);
		assert.equal(answer.status, 400, answer.text);
		assert.ok(!answer.text.includes(mark));
	}
	const other = await bob.import(`firstname,entity_id\nForeign,1\n`);
	assert.ok([400, 403].includes(other.status), other.text);
	assert.deepEqual(await state(), before);
});

test('the tenant that a header names is none', async () => {
	const acme = '11111111-1111-4111-8111-111111111111';
	for (const [method, pattern] of api.filter(([, pattern]) => /^\/1\.1\/(users|imports)/.test(pattern)))
		for (const path of paths(pattern)) {
			const answer = await fetch(new URL(path, site.url), { method, headers: { ...apiOf(site, 'bob').headers, 'wazo-tenant': acme,
				...(method === 'POST' || method === 'PUT' ? { 'content-type': /import$/.test(pattern) ? 'text/csv' : 'application/json' } : {}) } });
			assert.ok([401, 403, 404].includes(answer.status), `${method} ${path}: ${answer.status}`);
		}
});
