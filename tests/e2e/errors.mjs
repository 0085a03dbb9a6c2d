// Error pages: what happened, a number to ask about, and a way on.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { promisify } from 'node:util';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { freshSite } from '../lib/stack.mjs';

const run = promisify(execFile);
const users = '/services/ipbx/users';

let site;
before(async () => {
	site = await freshSite();
});

function assertHelpful(answer, status) {
	assert.equal(answer.status, status);
	assert.match(answer.headers.get('content-type'), /^text\/html; charset=utf-8/);
	assert.equal(answer.headers.get('cache-control'), 'no-store');
	assert.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
	assert.match(answer.text, /<h1>[^<]+<\/h1>/);
	assert.match(answer.text, /<code>[0-9a-f]{16}<\/code>/);
	assert.match(answer.text, /<main[^]*<a [^]*<\/main>/);
}

test('what is not there, signed in or not', async () => {
	for (const user of ['alice', undefined]) {
		const client = await site.client(user);
		for (const path of ['/nothing', '/services', '/services/ipbx/', `${users}/a/b`, '/%3Cscript%3E', '/nothing/'])
			assertHelpful(await client.get(path), 404);
	}
	const page = await site.page('alice');
	await page.goto('/nothing');
	await assertAccessible(page);
	await page.click('main a');
	assert.equal(new URL(page.url()).pathname, users);
	await page.context().close();
});

test('a slash at the end leads to the page without it', async () => {
	const client = await site.client('alice');
	const answer = await client.get(`${users}/?q=a%20b`);
	assert.equal(answer.status, 301);
	assert.equal(answer.headers.get('location'), `${users}?q=a%20b`);
	const posted = await client.request('POST', `${users}/import/`);
	assert.equal(posted.status, 308);
	assert.equal(posted.headers.get('location'), `${users}/import`);
});

test('a parameter that a page does not have is refused, and the near one is named', async () => {
	const client = await site.client('root');
	for (const [path, name, near] of [[`${users}?contxt=x`, 'contxt', 'context'], [`${users}/export?column=exten`, 'column', 'columns'],
		['/services/ipbx/imports?Page=2', 'Page', 'page']]) {
		const answer = await client.get(path);
		assertHelpful(answer, 400);
		assert.match(answer.text, new RegExp(`unknown parameter: ${name}. Did you mean ${near}\\?`));
	}
	const far = await client.get(`${users}/import?dryrun=1&x=<b>`);
	assertHelpful(far, 400);
	assert.match(far.text, /unknown parameter: dryrun\.</);
	const page = await site.page('alice');
	await page.goto(`${users}?contxt=default`);
	await assertAccessible(page);
	await assertFits(page);
	await page.context().close();
});

test('a method that a page does not have names those that it has', async () => {
	const client = await site.client('alice');
	for (const [method, path, allow] of [['PUT', users, 'GET, HEAD'], ['POST', users, 'GET, HEAD'],
		['GET', '/scope', 'POST'], ['DELETE', '/login', 'GET, HEAD, POST']]) {
		const answer = await client.request(method, path);
		assertHelpful(answer, 405);
		assert.equal(answer.headers.get('allow'), allow);
	}
});

test('HEAD is GET without a body', async () => {
	const client = await site.client('alice');
	const answer = await client.request('HEAD', users);
	assert.equal(answer.status, 200);
	assert.equal(answer.text, '');
});

test('requests that make no sense are refused and change nothing', async () => {
	const client = await site.client('alice');
	for (const path of [`${users}?q=%zz`, `${users}?q=%ff`, `${users}?q=a%00b`, '/a/../b', `${users}?${'a=1&'.repeat(2000)}`]) {
		const answer = await client.get(path.replace('/a/../b', '/a/%2e%2e/b'));
		assert.ok([400, 404, 413].includes(answer.status), `${path}: ${answer.status}`);
	}
	assert.equal((await client.get(users)).status, 200);
});

test('without the right: what may not be done is said', async () => {
	const reader = await site.client('reader');
	assertHelpful(await reader.get(`${users}/delete`), 403);
	assertHelpful(await reader.get(`${users}/import`), 403);
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await reader.get(users)).text)[1];
	assertHelpful(await reader.post('/scope', { csrf, tenant: '2' }), 403);
});

test('a form of another session, or of another site, does nothing', async () => {
	const alice = await site.client('alice');
	const bob = await site.client('bob');
	const csrf = /name="csrf" value="([0-9a-f]+)"/.exec((await bob.get(users)).text)[1];
	assertHelpful(await alice.post('/logout', { csrf }), 403);
	assertHelpful(await alice.post('/logout', {}, { headers: { 'sec-fetch-site': 'cross-site' } }), 403);
	assert.equal((await alice.get(users)).status, 200);
});

test('more than a form may hold is refused before it is read', async () => {
	const alice = await site.client('alice');
	assertHelpful(await alice.post('/language', { language: 'x'.repeat(100_000) }), 413);
});

test('the page is in the language of who asks', async () => {
	const answer = await (await site.client()).get('/nothing', { headers: { 'accept-language': 'fr' } });
	assert.match(answer.text, /<html lang="fr">/);
	assert.match(answer.text, /Introuvable/);
});

test('without the database pages say so, and come back with it', async () => {
	const alice = await site.client('alice');
	const host = /host=(\S+)/.exec(readFileSync(join(site.dir, 'rollcall.conf'), 'utf8'))[1];
	const psql = (text) => run('psql', ['-XAtq', `host=${host} user=postgres dbname=postgres`, '-c', text]);
	await psql(`UPDATE pg_database SET datallowconn = false WHERE datname = '${site.db}'`);
	try {
		await psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${site.db}'`);
		for (const path of [users, '/login'])
			assertHelpful(await alice.get(path), 503);
		// Who follows a job without scripts is not left behind; what was sent is not sent again.
		assert.match((await alice.get(users)).text, /<noscript><meta http-equiv="refresh" content="10"><\/noscript>/);
		assert.doesNotMatch((await alice.post('/language', { language: 'en' })).text, /http-equiv="refresh"/);
	} finally {
		await psql(`UPDATE pg_database SET datallowconn = true WHERE datname = '${site.db}'`);
	}
	assert.equal((await alice.get(users)).status, 200);
});

test('an error page fits into 320 pixels', async () => {
	const page = await site.page(undefined, { viewport: { width: 320, height: 480 } });
	await page.goto('/nothing');
	await assertFits(page);
	await assertAccessible(page);
	await page.context().close();
});
