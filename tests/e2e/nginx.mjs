// What nginx adds to the program: headers, limits, TLS, and words of its own where
// the program cannot answer.  The site under test is nginx/rollcall.nginx itself.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { freshSite } from '../lib/stack.mjs';

let site;
let client;

before(async () => {
	site = await freshSite({ settings: { max_upload_mb: 1 } });
	client = await site.client();
});

const policy = /default-src 'none'; script-src 'self'; .*form-action 'self'; base-uri 'none'; frame-ancestors 'none'/;

function assertHeaders(answer) {
	assert.match(answer.headers.get('content-security-policy'), policy);
	assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
	assert.equal(answer.headers.get('referrer-policy'), 'same-origin');
	assert.equal(answer.headers.get('cross-origin-opener-policy'), 'same-origin');
	assert.equal(answer.headers.get('server'), 'nginx');
}

for (const [what, path, status] of [
	['a page', '/login', 200],
	['a redirect', '/services/ipbx/users', 303],
	['a page that is not there', '/nowhere', 404],
	['a static file', '/static/app.css', 200],
	['a static file that is not there', '/static/nothing.css', 404],
]) {
	test(`${what} carries the security headers`, async () => {
		const answer = await client.get(path);
		assert.equal(answer.status, status);
		assertHeaders(answer);
		assert.equal(answer.headers.get('strict-transport-security'), null);
	});
}

test('over TLS browsers are told to come back over TLS', async () => {
	const answer = await new Promise((done, fail) => {
		httpsRequest(`${site.tlsUrl}/login`, { rejectUnauthorized: false }, (res) => {
			res.resume();
			res.on('end', () => done(res));
		}).on('error', fail).end();
	});
	assert.equal(answer.statusCode, 200);
	assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000');
	assert.match(answer.headers['content-security-policy'], policy);
});

test('static files are asked about again unless their address has a version', async () => {
	const plain = await client.get('/static/app.css');
	assert.match(plain.headers.get('cache-control'), /no-cache/);
	const versioned = await client.get('/static/app.css?v=1');
	assert.match(versioned.headers.get('cache-control'), /max-age=2592000/);
	const again = await client.get('/static/app.css', {
		headers: { 'if-none-match': plain.headers.get('etag'), 'accept-encoding': 'identity' } });
	assert.ok([200, 304].includes(again.status));
});

test('no file outside of static/ can be reached', async () => {
	for (const path of ['/static/../Makefile', '/static/%2e%2e/Makefile', '/static../Makefile', '/errors/too-large.html', '/rollcall.conf']) {
		const status = await rawStatus(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
		assert.match(status, /^HTTP\/1\.1 (400|404|303) /, path);
	}
});

// The first line of the answer to bytes sent as they are.
function rawStatus(bytes) {
	return new Promise((done, fail) => {
		const socket = connect(new URL(site.url).port, '127.0.0.1', () => socket.write(bytes));
		let text = '';
		socket.on('data', (more) => { text += more; });
		socket.on('end', () => done(text.split('\r\n')[0]));
		socket.on('error', fail);
	});
}

// nginx chooses limits and pools by the path that it reads: the program reads the same
// path, or answers 400.
test('nginx and the program read one path, or it is a 400', async () => {
	for (const [path, status] of [
		['/login', 200], ['//login', 200], ['/./login', 200], ['/x/../login', 200], ['/%6cogin', 200], ['/x/%2e%2e/login', 200],
		['/x%2f..%2flogin', 200], ['/login?a#b', 400], ['/login?go=/x#y', 200],
		['/x#/../login', 400], ['/login#', 400], ['/#/../login', 400], ['/login%23', 404], ['/login%3f', 404],
		['/login%00', 400], ['/../login', 400], ['/x/../../login', 400], ['/login%', 400], ['/login%2', 400],
		['/login%ff', 400], ['/login\\', 404], ['/login/', 301], ['/%252e%252e/login', 404],
	]) {
		const line = await rawStatus(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
		assert.equal(line.split(' ')[1], String(status), path);
	}
});

test('a file over the limit is answered with a page that says so, in both languages', async () => {
	const alice = await site.client('alice');
	const answer = await alice.upload(Buffer.alloc(3 << 20, 'x'));
	assert.equal(answer.status, 413);
	assert.match(answer.text, /The file is too large/);
	assert.match(answer.text, /Le fichier est trop volumineux/);
	assert.match(answer.text, /\/static\/errors\/errors\.css/);
	assertHeaders(answer);
});

test('other requests have a small limit', async () => {
	const answer = await client.post('/login', { username: 'x'.repeat(400 * 1024) });
	assert.equal(answer.status, 413);
});

test('guessing passwords at machine speed is slowed down', async () => {
	const answers = await Promise.all(Array.from({ length: 120 }, () => client.post('/login')));
	const limited = answers.filter((answer) => answer.status === 429);
	assert.ok(limited.length > 0);
	assert.ok(limited.length < 120);
	assert.match(limited[0].text, /Too many attempts/);
	assertHeaders(limited[0]);
	assert.equal((await client.get('/login')).status, 200, 'the form itself can be opened');
});

test('while no process of the program lives, a page says so; then it is back', async () => {
	await site.stop('pages');
	const away = await client.get('/login');
	assert.equal(away.status, 502);
	assert.match(away.text, /Rollcall does not answer/);
	assert.match(away.text, /<noscript><meta http-equiv="refresh" content="10"><\/noscript>/);
	assertHeaders(away);
	const sent = await client.post('/language');
	assert.equal(sent.status, 502);
	assert.doesNotMatch(sent.text, /http-equiv="refresh"|<!--/);
	await site.start('pages');
	assert.equal((await site.untilAnswered('/login')).status, 200);
});

test('uploads in full swing leave the pages alone', async () => {
	await site.stop('uploads');
	assert.equal((await client.get('/login')).status, 200);
	await site.start('uploads');
});

test('a large upload is told what it met, not that it is too large', async () => {
	const alice = await site.client('alice');
	await site.stop('uploads');
	const answer = await alice.upload(Buffer.alloc(900 * 1024, 'x'));
	assert.equal(answer.status, 502);
	assert.match(answer.text, /Rollcall does not answer/);
	await site.start('uploads');
});
