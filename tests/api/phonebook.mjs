// Phonebooks: what phones load by a link without signing in, who makes and ends links, and
// what a link does not give.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { Api, apiOf, csv } from '../lib/api.mjs';
import { freshSite, root } from '../lib/stack.mjs';

const phone = (exten) => ({ line_protocol: 'sip', context: 'default', exten });
let site, api, other, nobody;
before(async () => {
	site = await freshSite();
	[api, other, nobody] = [apiOf(site, 'alice'), apiOf(site, 'bob'), new Api(site.url)];
	const made = await api.import(csv(
		{ firstname: 'Zoé', lastname: 'O\'Hara & <Co>; Ltd', ...phone('1101'), mobile_phone_number: '+33612345678',
			incall_exten: '2101;2102', incall_context: 'from-extern;from-extern', sip_username: 'zoe', sip_secret: 'never-in-it-1' },
		{ firstname: 'Ann', lastname: 'Archer', ...phone('1102'), email: 'ann@acme.example', username: 'ann-login' },
		{ firstname: 'Off', ...phone('1103'), enabled: '0' },
		{ firstname: 'Mobile', mobile_phone_number: '0611' },
		{ firstname: 'Pattern', ...phone('_11XX') },
		{ firstname: 'Nothing' }));
	assert.equal(made.status, 201, made.text);
	assert.equal((await other.import(csv({ firstname: 'Foreign', ...phone('1101') }))).status, 201);
});

const make = async (name, more = {}, who = api) => {
	const answer = await who.request('POST', '/1.1/phonebooks', { body: JSON.stringify({ name, ...more }),
		headers: { 'content-type': 'application/json' } });
	assert.equal(answer.status, 201, answer.text);
	return answer.json;
};
const load = async (book, file, query = '') => nobody.get(`${book.links[file]}${query}`);
const names = (text) => [...text.matchAll(/<Name>(.*?)<\/Name>/g)].map((match) => match[1]);

test('a phone loads the enabled users of the tenant who have a number, and signs in nowhere', async () => {
	const book = await make('Reception');
	assert.deepEqual(Object.keys(book.links), ['contacts.vcf', 'yealink.xml', 'snom.xml', 'cisco.xml', 'directory.xml']);
	const card = await load(book, 'contacts.vcf');
	assert.deepEqual([card.status, card.headers.get('content-type')], [200, 'text/vcard; charset=utf-8']);
	assert.deepEqual(card.text.match(/^FN:.*$/gm).map((line) => line.trimEnd()), ['FN:Ann Archer', 'FN:Zoé O\'Hara & <Co>\\; Ltd']);
	assert.deepEqual(card.text.match(/^TEL.*$/gm).map((line) => line.trimEnd()),
		['TEL;TYPE=work:1102', 'TEL;TYPE=work:1101', 'TEL;TYPE=work:2101', 'TEL;TYPE=work:2102']);
	for (const secret of ['never-in-it', 'zoe\r', 'ann-login', '@', '0612345678', '0611'])
		assert.ok(!card.text.includes(secret), secret);
	for (const file of ['yealink.xml', 'snom.xml', 'cisco.xml', 'directory.xml']) {
		const xml = await load(book, file);
		assert.deepEqual([xml.status, xml.headers.get('content-type')], [200, 'text/xml; charset=utf-8']);
		assert.deepEqual(names(xml.text), ['Ann Archer', 'Zoé O\'Hara &amp; &lt;Co&gt;; Ltd'], file);
		assert.match(xml.text, /<Title>Reception<\/Title>/);
	}
	const head = await nobody.request('HEAD', book.links['contacts.vcf']);
	assert.deepEqual([head.status, head.text, head.headers.get('content-type')], [200, '', 'text/vcard; charset=utf-8']);
	assert.equal((await nobody.request('POST', book.links['contacts.vcf'])).status, 405);
});

test('mobile numbers are in it where they were asked for; a search gives those that it finds', async () => {
	const book = await make('With mobiles', { mobile: true });
	const xml = await load(book, 'yealink.xml');
	assert.deepEqual(names(xml.text), ['Ann Archer', 'Mobile', 'Zoé O\'Hara &amp; &lt;Co&gt;; Ltd']);
	assert.match(xml.text, /<Telephone>1101<\/Telephone><Telephone>\+33612345678<\/Telephone>/);
	assert.deepEqual(names((await load(book, 'snom.xml', '?q=zoe')).text), Array(2).fill('Zoé O\'Hara &amp; &lt;Co&gt;; Ltd'));
	assert.deepEqual(names((await load(book, 'snom.xml', '?q=nobody-at-all')).text), []);
});

test('Cisco\'s phones get 32 entries at a time, and a key for the next ones', async () => {
	const [plain, mobile] = [await make('Cisco'), await make('Cisco mobile', { mobile: true })];
	await site.psql(`INSERT INTO users (tenant_id, firstname, lastname, mobile_phone_number)
		SELECT 1, 'Many', lpad(n::text, 2, '0'), '+3361234' || lpad(n::text, 4, '0') FROM generate_series(1, 70) n;
		INSERT INTO line (tenant_id, user_id, protocol, context_id, line_template_id, sip_username, sip_secret, provisioning_code)
		SELECT 1, u.id, 'sip', (SELECT id FROM context WHERE tenant_id = 1 AND name = 'default'), (SELECT min(id) FROM line_template WHERE tenant_id = 1),
			'many' || u.lastname, 'secret-many', 300000 + u.lastname::int FROM users u WHERE u.firstname = 'Many';
		INSERT INTO extension (tenant_id, context_id, exten, line_id)
		SELECT 1, l.context_id, '15' || u.lastname, l.id FROM line l JOIN users u ON u.id = l.user_id WHERE u.firstname = 'Many'`);
	const people = (text) => [...text.matchAll(/<DirectoryEntry><Name>(.*?)<\/Name>/g)].map((match) => match[1]);
	const pages = async (book, query) => {
		const found = [];
		for (let path = `${book.links['cisco.xml']}${query}`; path;) {
			const { status, text } = await nobody.get(path);
			assert.equal(status, 200);
			found.push(people(text));
			assert.equal(/SoftKey:Dial/.test(text), /<Name>Next/.test(text));
			const next = /<Name>Next<\/Name><URL>(.*?)<\/URL>/.exec(text)?.[1].replaceAll('&amp;', '&');
			assert.ok(!next || next.startsWith(`${new URL(site.url).origin}/phonebook/`), next);
			path = next && new URL(next).pathname + new URL(next).search;
		}
		return found;
	};
	assert.deepEqual((await pages(plain, '?q=many')).map((page) => page.length), [32, 32, 6]);
	const all = (await pages(plain, '')).flat();
	assert.deepEqual([all.length, new Set(all).size], [72, 72]);
	assert.deepEqual((await pages(mobile, '?q=many')).map((page) => page.length), [32, 32, 32, 32, 12]);
	assert.deepEqual(people((await load(plain, 'cisco.xml', '?page=9')).text), []);
	assert.equal((await load(plain, 'snom.xml', '?page=2')).status, 400);
	assert.equal((await load(plain, 'cisco.xml', '?page=0')).status, 400);
	assert.equal(people((await load(plain, 'snom.xml', '?q=many')).text).length, 70);
	await site.psql(`DELETE FROM users WHERE firstname = 'Many'`);
});

test('a change is in it at the next time that it is loaded', async () => {
	const book = await make('Now');
	const uuid = await site.value(`SELECT uuid FROM users WHERE firstname = 'Ann'`);
	assert.equal((await api.update(csv({ uuid, enabled: '0' }))).status, 200);
	assert.equal(names((await load(book, 'directory.xml')).text).length, 1);
	assert.equal((await api.update(csv({ uuid, enabled: '1' }))).status, 200);
	assert.equal(names((await load(book, 'directory.xml')).text).length, 2);
});

test('tenants have phonebooks of their own', async () => {
	const theirs = await make('Reception', {}, other);
	assert.deepEqual(names((await load(theirs, 'directory.xml')).text), ['Foreign']);
	const list = (await other.get('/1.1/phonebooks')).json;
	assert.deepEqual(list.items.map((book) => [book.name, book.entity, book.created_by]), [['Reception', 'globex', 'bob']]);
	assert.equal((await api.delete(`/1.1/phonebooks/${theirs.id}`)).status, 404);
	assert.equal((await load(theirs, 'directory.xml')).status, 200);
	const root = apiOf(site, 'root');
	const refused = await root.request('POST', '/1.1/phonebooks', { body: '{"name":"x"}', headers: { 'content-type': 'application/json' } });
	assert.deepEqual([refused.status, refused.json.detail], [400, 'a phonebook belongs to one entity: choose it']);
});

test('a revoked link leads nowhere, the others go on; each is in the audit', async () => {
	const [lost, kept] = [await make('Lost phone'), await make('Kept')];
	assert.equal((await load(lost, 'snom.xml')).status, 200);
	assert.equal((await api.delete(`/1.1/phonebooks/${lost.id}`)).status, 204);
	assert.equal((await load(lost, 'snom.xml')).status, 404);
	assert.equal((await load(kept, 'snom.xml')).status, 200);
	assert.equal((await api.delete(`/1.1/phonebooks/${lost.id}`)).status, 404);
	assert.deepEqual((await site.sql(`SELECT action, admin_name, tenant_id, detail FROM audit WHERE action LIKE 'phonebook.%'
		AND detail ->> 'name' = 'Lost phone' ORDER BY id`)).map((row) => [row.action, row.admin_name, row.tenant_id]),
	[['phonebook.add', 'alice', 1], ['phonebook.revoke', 'alice', 1]]);
	const list = (await api.get('/1.1/phonebooks')).json.items;
	const today = await site.value('SELECT current_date');
	assert.equal(list.find((book) => book.name === 'Kept').used_on, today);
	assert.ok(!list.some((book) => book.name === 'Lost phone'));
});

test('the token is nowhere but in the link: neither in the database nor in a log, nor given again', async () => {
	const book = await make('Quiet');
	const token = book.links['snom.xml'].split('/')[2];
	assert.match(token, /^[0-9a-f]{64}$/);
	await load(book, 'snom.xml');
	await nobody.get(`/phonebook/${token}/none.xml`);
	await nobody.get(`/phonebook/${token}/snom.xml?other=1`);
	assert.ok(!(await site.dump()).includes(token));
	assert.ok(!(await api.get('/1.1/phonebooks')).text.includes(token));
	for (const log of ['access', 'nginx', 'pages', 'uploads', 'import', 'postgresql'])
		assert.ok(!site.log(log).includes(token), log);
});

test('what is no link is 404, whatever it looks like', async () => {
	const book = await make('Wrong');
	const token = book.links['snom.xml'].split('/')[2];
	for (const path of [`/phonebook/${'0'.repeat(64)}/snom.xml`, `/phonebook/${token.toUpperCase()}/snom.xml`, `/phonebook/${token.slice(1)}/snom.xml`,
		`/phonebook/${token}/other.xml`, `/phonebook/${token}`, '/phonebook', `/phonebook/${token}/snom.xml/x`, '/phonebook/%27%20OR%201=1/snom.xml'])
		assert.equal((await nobody.get(path)).status, 404, path);
	assert.equal((await nobody.get(`/phonebook/${token}/snom.xml?x=1`)).status, 400);
});

test('a name must be one, and be free; who may not set up may not', async () => {
	const again = await api.request('POST', '/1.1/phonebooks', { body: '{"name":"Reception"}', headers: { 'content-type': 'application/json' } });
	assert.deepEqual([again.status, again.json.detail], [409, 'there is a phonebook of this name already']);
	for (const [body, detail] of [['{}', 'the name must have 1 to 80 characters'], [JSON.stringify({ name: 'é'.repeat(81) }), 'the name must have 1 to 80 characters'],
		['{"name":"a\\nb"}', 'the name must have 1 to 80 characters'], ['{"name":"x","mobile":1}', 'mobile must be true or false'],
		['[]', 'the body must be a JSON object with name, and if you like mobile and plain'],
		[JSON.stringify({ name: 'x'.repeat(5000) }), 'the body must be a JSON object with name, and if you like mobile and plain']]) {
		const answer = await api.request('POST', '/1.1/phonebooks', { body, headers: { 'content-type': 'application/json' } });
		assert.deepEqual([answer.status, answer.json.detail], [400, detail]);
	}
	const reader = apiOf(site, 'reader');
	for (const answer of [await reader.get('/1.1/phonebooks'), await reader.delete('/1.1/phonebooks/1')])
		assert.equal(answer.status, 403);
	assert.equal((await nobody.get('/1.1/phonebooks')).status, 401);
});

test('the command line lists, makes and revokes them', async () => {
	const made = await site.command('phonebook', '--tenant', 'globex', 'add', 'Of the shell', '--mobile', '--plain');
	assert.equal(made.status, 0, made.stderr);
	const paths = made.stdout.trimEnd().split('\n');
	assert.equal(paths.length, 5);
	assert.equal((await nobody.get(paths[1])).status, 200);
	const list = async () => (await site.command('phonebook', '--tenant', 'globex')).stdout.trimEnd().split('\n').map((line) => line.split('\t'));
	const row = (await list()).find((cells) => cells[2] === 'Of the shell');
	assert.deepEqual(row.slice(1, 5), ['globex', 'Of the shell', 'mobile', 'plain']);
	assert.equal((await site.command('phonebook', '--tenant', 'acme', 'revoke', row[0])).status, 1, 'not another tenant\'s');
	assert.equal((await site.command('phonebook', '--tenant', 'globex', 'revoke', row[0])).status, 0);
	assert.equal((await nobody.get(paths[1])).status, 404);
	for (const words of [['add'], ['revoke', 'x'], ['other'], ['add', 'a', 'b']])
		assert.equal((await site.command('phonebook', ...words)).status, 2, words.join(' '));
	assert.equal((await site.command('phonebook', 'add', 'Of all')).status, 1, 'of one tenant alone');
});

test('who asks without end is slowed down', async () => {
	const book = await make('Busy');
	const statuses = [];
	while (statuses.length < 2000 && !statuses.includes(429))
		statuses.push(...await Promise.all(Array.from({ length: 50 }, async () => (await fetch(new URL(book.links['snom.xml'], site.url), { method: 'HEAD' })).status)));
	assert.ok(statuses.includes(429));
	assert.ok(statuses.filter((status) => status === 200).length >= 100, 'phones that start together are not');
	assert.ok(!site.log('nginx').includes(book.links['snom.xml']));
	assert.match(readFileSync(join(root, 'nginx/rollcall.nginx'), 'utf8'), /\^\/phonebook\S+ \{\n\tlimit_req/);
});
