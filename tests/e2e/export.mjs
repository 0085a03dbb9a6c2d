// Export to CSV: what is in the file, who gets what, and what happens when it breaks off.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { jobId } from '../lib/client.mjs';
import { parseCsv, parseObjects, unguard } from '../lib/csv.mjs';
import { addPeople } from '../lib/people.mjs';
import { data, freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const path = `${users}/export`;
const secrets = ['call_permission_password', 'password', 'sip_secret', 'voicemail_password'];

let site, alice, reader, bob, root;
before(async () => {
	site = await freshSite({ uploads: 1, settings: { page_wait: 60 } });
	// Whoever reads English gets commas (separator.mjs).
	await site.psql(`UPDATE admin SET language = 'en'`);
	[alice, reader, bob, root] = await Promise.all(['alice', 'reader', 'bob', 'root'].map((name) => site.client(name)));
	assert.equal((await site.job(jobId(await alice.upload(data('full.csv'))))).state, 'done');
});

const rows = async (client, query = '') => {
	const answer = await client.get(path + query);
	assert.equal(answer.status, 200, answer.text);
	return parseObjects(answer.text);
};
const firstnames = async (client, query) => (await rows(client, query)).map((row) => row.firstname);
const audits = () => site.sql(`SELECT admin_name, tenant_id, address, detail FROM audit
	WHERE action = 'user.export' ORDER BY id`);

test('the download is a file for spreadsheets that nobody keeps', async () => {
	const { headers, bytes } = await alice.get(path, { bytes: true });
	assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.equal(headers.get('cache-control'), 'no-store');
	assert.match(headers.get('content-disposition'), /^attachment; filename="user_export_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.csv"/);
	assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
	assert.ok(bytes.subarray(-2).equals(Buffer.from('\r\n')));
});

test('all columns of the table are in it, uuid first', async () => {
	const known = (await site.command('fields')).stdout.trim().split('\n').slice(1).map((line) => line.split(' ')[0]);
	const [header] = parseCsv((await alice.get(path)).text);
	assert.deepEqual(header, known);
	assert.equal(header[0], 'uuid');
});

test('what was imported comes out, and what was not given as its default', async () => {
	const [names, sample] = parseCsv(readFileSync(data('full.csv'), 'utf8').replaceAll(/(?<!two)\n/g, '\r\n'));
	const [stored] = await site.sql(`SELECT users.uuid, password_hash, provisioning_code::text FROM users
		JOIN line ON line.user_id = users.id WHERE firstname = 'Zoé'`);
	const all = await rows(alice);
	const [full, empty] = ['Zoé', 'Vide'].map((name) => all.find((row) => row.firstname === name));
	assert.deepEqual(full, {
		...Object.fromEntries(names.map((name, i) => [name, sample[i]])),
		uuid: stored.uuid, password: stored.password_hash, provisioning_code: stored.provisioning_code,
		// In the order of their bytes, the three of them parallel.
		incall_exten: "'+2778;2777", incall_ring_seconds: '0;25',
		labels: 'support;Île-de-France', call_permissions: 'international;premium\\; rate',
	});
	const { uuid, ...rest } = empty;
	assert.match(uuid, /^[0-9a-f-]{36}$/);
	assert.deepEqual(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')), {
		entity_id: '1', subscription_type: '0', firstname: 'Vide', enabled: '1', supervision_enabled: '1',
		call_transfer_enabled: '0', dtmf_hangup_enabled: '0', call_record_outgoing_external_enabled: '0',
		call_record_outgoing_internal_enabled: '0', call_record_incoming_external_enabled: '0',
		call_record_incoming_internal_enabled: '0', online_call_record_enabled: '0', simultaneous_calls: '5',
		ring_seconds: '30', cti_profile_enabled: '0',
	});
});

test('without the right users.secrets they are masked, and null stays empty', async () => {
	const answer = await reader.get(path);
	const [full, empty] = ['Zoé', 'Vide'].map((name) => parseObjects(answer.text).find((row) => row.firstname === name));
	for (const column of secrets) {
		assert.equal(full[column], '********', column);
		assert.equal(empty[column], '', column);
	}
	const [stored] = await site.sql(`SELECT password_hash, sip_secret FROM users JOIN line ON line.user_id = users.id
		WHERE firstname = 'Zoé'`);
	for (const secret of [...Object.values(stored), '12*34'])
		assert.ok(!answer.text.includes(secret.replaceAll('"', '""')), secret);
	assert.doesNotMatch(answer.text, /(?<![\w-])987(?![\w-])/);
	assert.equal(full.sip_username, 'zoe-webrtc');
});

test('any text comes out whole, and none of it is a formula', async () => {
	const texts = ['=1+1', '+1', '-1', '@a', "'=1", "''x", "'", '\t=1', '\r=1', '=HYPERLINK("http://x","y")', '\\.', '\\N', '\\',
		'a,b', 'a"b', '"', 'a\nb', 'a\r\nb', ' ', ' x ', ';', 'é漢😀', 'שלום', "Robert'); --", '+33 1', '+331',
		'a;=1', "a;'=1", ";'=x", '\t;=1', 'a\t+1 2', 'a|@x', 'a;+331', '#N/A', '###'];
	await site.psql(`INSERT INTO users (tenant_id, firstname, userfield) VALUES ${texts.map((text) =>
		`(2, 'odd', $q$${text}$q$)`).join(', ')}`);
	const got = (await rows(bob)).map((row) => row.userfield);
	assert.deepEqual(got.map(unguard), texts);
	for (const value of got)
		assert.doesNotMatch(value, /^(?!\+[0-9*#]+$)[=\-@+\t\r]|(?<!^'+[\t\r]*)[,;\t|\r\n](?!\+[0-9*#]+$)["]*[=\-@+]|^#+$|^#N/, JSON.stringify(value));
	await site.psql(`DELETE FROM users WHERE firstname = 'odd'`);
});

test('each sees the users of the scope alone, and root those of all tenants in order', async () => {
	const other = await freshSite({ pages: 1, uploads: 1 });
	await addPeople(other);
	await other.psql(`UPDATE admin SET language = 'en'`);
	assert.deepEqual(await firstnames(await other.client('bob')), ['Foreign']);
	const [own, all] = [await rows(await other.client('alice')), await rows(await other.client('root'))];
	assert.equal(own.length, 45);
	assert.ok(own.every((row) => row.entity_id === '1'));
	assert.deepEqual(all.map((row) => row.entity_id), [...Array(45).fill('1'), '2']);
	const chosen = await other.client('root');
	await chosen.submit(users, { tenant: '2' }, 'action="/scope"');
	assert.deepEqual(await firstnames(chosen), ['Foreign']);
	await other.close();
});

test('it is narrowed by what the list shows', async () => {
	assert.deepEqual(await firstnames(alice, '?q=+zo%C3%A9+'), ['Zoé']);
	assert.deepEqual(await firstnames(alice, '?context=default'), ['Zoé']);
	assert.deepEqual(await firstnames(alice, '?context=nowhere'), []);
	assert.deepEqual(await firstnames(alice, '?q=%25'), []);
	assert.deepEqual(await firstnames(alice, '?q=vide&context='), ['Vide']);
});

test('the plus menu has it with what narrows the list, for who may', async () => {
	const links = (html) => [...html.matchAll(/href="(\/services\/ipbx\/users\/export[^"]*)"/g)].map((m) => m[1].replaceAll('&amp;', '&'));
	assert.deepEqual(links((await alice.get(`${users}?q=zo%C3%A9&context=default&sort=number&size=50&page=1`)).text),
		[`${path}?q=zo%C3%A9&context=default`, `${path}/columns?q=zo%C3%A9&context=default`]);
	assert.ok(links((await reader.get(users)).text).includes(path));
	await site.psql(`UPDATE admin SET rights = array_remove(rights, 'users.export') WHERE username = 'bob'`);
	assert.deepEqual(links((await bob.get(users)).text), []);
	for (const address of [path, `${path}/columns`])
		assert.equal((await bob.get(address)).status, 403, address);
	await site.psql(`UPDATE admin SET rights = rights || '{users.export}' WHERE username = 'bob'`);
	assert.equal((await (await site.client()).get(path)).status, 303);
	assert.equal((await alice.request('POST', path)).status, 405);
});

test('chosen columns are written in their order, uuid before all others', async () => {
	const header = async (query) => parseCsv((await alice.get(path + query)).text)[0];
	assert.deepEqual(await header('?columns=exten,firstname'), ['uuid', 'exten', 'firstname']);
	assert.deepEqual(await header('?columns=exten&columns=uuid&columns=context'), ['uuid', 'exten', 'context']);
	assert.deepEqual(await header('?columns=uuid'), ['uuid']);
	assert.equal((await header('?columns=')).length, (await header('')).length);
	assert.deepEqual((await rows(reader, '?columns=sip_secret&q=zo'))[0].sip_secret, '********');
});

test('an unknown column is named, and nothing is exported', async () => {
	const before = (await audits()).length;
	const answer = await alice.get(`${path}?columns=exten,phonenumber%3Cb%3E`);
	assert.equal(answer.status, 400);
	assert.match(answer.headers.get('content-type'), /^text\/html/);
	assert.match(answer.text, /phonenumber&lt;b&gt;/);
	assert.match(answer.text, /<input type="checkbox" name="columns" value="exten" checked>/);
	assert.equal((await audits()).length, before);
});

test('each export is in the audit: who, scope, filter, columns, secrets or not', async () => {
	const before = (await audits()).length;
	await alice.get(path);
	await reader.get(`${path}?q=zo%C3%A9&context=default`);
	await alice.get(`${path}?columns=exten`);
	await root.get(path);
	const last = (await audits()).slice(before);
	assert.deepEqual(last.map((row) => [row.admin_name, row.tenant_id, row.address]), [['alice', 1, '127.0.0.1'],
		['reader', 1, '127.0.0.1'], ['alice', 1, '127.0.0.1'], ['root', null, '127.0.0.1']]);
	assert.deepEqual(last.map((row) => row.detail), [
		{ tenant: 'acme', users: 2, secrets: true },
		{ tenant: 'acme', users: 1, secrets: false, search: 'zoé', context: 'default' },
		{ tenant: 'acme', users: 2, secrets: false, columns: ['uuid', 'exten'] },
		{ tenant: null, users: 2, secrets: true },
	]);
});

test('who only asks for the headers gets no data and leaves no record', async () => {
	const before = (await audits()).length;
	const answer = await alice.request('HEAD', path);
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('content-disposition'), /user_export_/);
	assert.equal(answer.text, '');
	assert.equal((await audits()).length, before);
});

// ---- many users

const many = 20000;

test('memory does not grow with the number of users', async () => {
	const [pid] = site.pids('uploads');
	const peak = () => Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
	await site.psql(`INSERT INTO users (tenant_id, firstname, lastname, userfield)
		SELECT 2, 'Many', n, repeat('x', 120) FROM generate_series(1, 500) n`);
	assert.equal((await rows(bob)).length, 500);
	const before = peak();
	await site.psql(`INSERT INTO users (tenant_id, firstname, lastname, userfield)
		SELECT 2, 'Many', n, repeat('x', 120) FROM generate_series(501, ${many}) n`);
	const got = await rows(bob);
	assert.equal(got.length, many);
	assert.equal(new Set(got.map((row) => row.uuid)).size, many);
	assert.deepEqual(site.pids('uploads'), [pid]);
	// With the sanitizers, memory that was freed is kept for a while.
	const sizesCount = !/\basan|libasan/.test(readFileSync(`/proc/${pid}/maps`, 'utf8'));
	assert.ok(!sizesCount || peak() - before < 1024, `${peak() - before} KiB more for ${many} users than for 500`);
});

// Begins the export; `ended` resolves to how much came and whether it was whole.
function begin(client) {
	const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
	const request = httpRequest(new URL(path, site.url), { headers: { cookie } });
	const ended = new Promise((done) => {
		request.on('error', () => done({ size: 0, whole: false }));
		request.on('response', (answer) => {
			let size = 0;
			answer.on('data', (bytes) => { size += bytes.length; });
			answer.on('end', () => done({ size, whole: answer.complete }));
			answer.on('error', () => done({ size, whole: false }));
		});
	});
	request.end();
	return { request, ended };
}

async function until(text, seconds = 20) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		if (await site.value(text))
			return;
		await new Promise((wait) => setTimeout(wait, 20));
	}
	assert.fail(`never: ${text}`);
}

const activity = 'FROM pg_stat_activity WHERE datname = current_database()';
const copying = `${activity} AND usename = 'rollcall_web' AND state = 'active' AND query ~ '^\\s*COPY'`;

// Begins an export and calls back in the midst of it: a lock keeps it from its first
// user until nginx is stopped, which then takes no more than its sockets hold.
async function midway(client, then) {
	const lock = site.psql('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(600)').catch(() => {});
	await until(`SELECT count(*) = 1 ${activity} AND wait_event = 'PgSleep'`);
	const { request, ended } = begin(client);
	await until(`SELECT count(*) = 1 ${activity} AND usename = 'rollcall_web' AND wait_event_type = 'Lock'`);
	const nginx = site.pids('nginx');
	nginx.forEach((pid) => process.kill(pid, 'SIGSTOP'));
	try {
		await site.value(`SELECT pg_terminate_backend(pid) ${activity} AND wait_event = 'PgSleep'`);
		await lock;
		await until(`SELECT count(*) = 1 ${copying} AND wait_event = 'ClientWrite'`);
		await then(request);
	} finally {
		nginx.forEach((pid) => process.kill(pid, 'SIGCONT'));
	}
	return ended;
}

test('a browser that goes away ends the query, and the next export is whole', async () => {
	const before = (await audits()).length;
	const { whole } = await midway(bob, (request) => request.destroy());
	assert.equal(whole, false);
	await until(`SELECT count(*) = 0 ${copying}`);
	assert.equal((await audits()).length, before + 1, 'it is in the audit all the same');
	assert.equal((await rows(bob)).length, many);
	assert.match(site.log('uploads'), /the client went away before the end of its file/);
});

test('a database that fails in the middle breaks the transfer: no file looks whole that is not', async () => {
	const { whole, size } = await midway(bob, async () => {
		await site.value(`SELECT pg_terminate_backend(pid) ${copying}`);
		await until(`SELECT count(*) = 0 ${copying}`);
	});
	assert.equal(whole, false);
	assert.ok(size > 0, 'its beginning came');
	assert.equal((await rows(bob)).length, many, 'the process goes on with a new connection');
});

test('a database that is not there is an error page and no file', async () => {
	await site.psql(`REVOKE SELECT ON users FROM rollcall_web`);
	const answer = await alice.get(path);
	await site.psql(`GRANT SELECT ON users TO rollcall_web`);
	assert.equal(answer.status, 500);
	assert.match(answer.headers.get('content-type'), /^text\/html/);
	assert.equal(answer.headers.get('content-disposition'), null);
});
