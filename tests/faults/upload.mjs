// Uploads that are not as they should be: each is answered with a clear 4xx or not at
// all, stores nothing, and the next request is fine.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test, { before, after } from 'node:test';
import { jobId } from '../lib/client.mjs';
import { faultSite, pause, random, record, times, until } from './lib/faults.mjs';
import { people } from './lib/kinds.mjs';

let site, look, api, alice;
before(async () => {
	({ site, look, api } = await faultSite({ settings: { max_upload_mb: 2 } }));
	alice = await site.client('alice');
});
after(() => look.close());

const form = '/services/ipbx/users/import';
const account = () => `Authorization: Basic ${Buffer.from(`alice:${site.passwords.alice}`).toString('base64')}\r\n`;
const cookie = () => `Cookie: ${[...alice.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}\r\n`;
const open = [];

// Sends bytes as they are, in pieces, and then `end`s, `cut`s or `holds` the connection.
async function raw(text, then = 'end', pieces = 1) {
	const socket = connect(new URL(site.url).port, '127.0.0.1');
	let got = '';
	socket.on('data', (more) => { got += more; });
	socket.on('error', () => {});
	const closed = new Promise((done) => socket.on('close', done));
	for (let i = 0; i < pieces; i++) {
		socket.write(text.slice(Math.floor(text.length * i / pieces), Math.floor(text.length * (i + 1) / pieces)));
		await pause(pieces > 1 ? 5 : 0);
	}
	if (then === 'hold') {
		open.push(socket);
		return '';
	}
	if (then === 'cut')
		await pause(random.next() * 30).then(() => socket.destroy());
	else if (then === 'half')
		socket.end();
	await closed;
	return got;
}

const head = (path, more, method = 'POST') => `${method} ${path} HTTP/1.1\r\nHost: ${new URL(site.url).host}\r\nConnection: close\r\n${more}`;
const csvHead = (length) => head('/1.1/users/import', `${account()}Content-Type: text/csv; charset=utf-8\r\n${length}\r\n`);

async function parts(extra = '', file = 'firstname\nForm\n') {
	const { text } = await alice.get(form);
	const hidden = /<form[^>]*multipart[^]*?<\/form>/.exec(text)[0];
	return [...hidden.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]) =>
		`--edge\r\nContent-Disposition: form-data; name="${/\bname="([^"]*)"/.exec(tag)[1]}"\r\n\r\n${/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? ''}\r\n`).join('')
		+ extra + `--edge\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\n${file}\r\n--edge--\r\n`;
}

const formHead = (length, type = 'multipart/form-data; boundary=edge') =>
	head(form, `${cookie()}Origin: ${site.url}\r\nContent-Type: ${type}\r\n${length}\r\n`);

// What is stored, and whether the next request is fine.
async function untouched(jobs) {
	assert.equal(await look.ask('SELECT count(*) FROM job'), String(jobs));
	assert.equal(await look.ask('SELECT count(*) FROM job_chunk c WHERE NOT EXISTS (SELECT FROM job WHERE id = c.job_id)'), '0');
	assert.equal(await look.ask('SELECT count(*) FROM users'), '0');
	assert.equal((await alice.get(form)).status, 200);
	assert.equal((await api.get('/1.1/users')).status, 200);
}

const status = (text) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);

async function refused(what, answer) {
	assert.ok(status(answer) >= 400 && status(answer) < 500, `${what}: ${answer.slice(0, 1500)}`);
	await untouched(0);
	return status(answer);
}

test('cut off at a random byte', async () => {
	const body = people(300);
	for (let i = 0; i < times; i++) {
		const text = csvHead(`Content-Length: ${body.length}\r\n`) + body;
		await raw(text.slice(0, random.below(text.length)), 'cut');
		const sent = await parts();
		const whole = formHead(`Content-Length: ${sent.length}\r\n`) + sent;
		await raw(whole.slice(0, random.below(whole.length)), 'cut');
	}
	await untouched(0);
	record('uploads cut off at a random byte', 2 * times, 2 * times, 'nothing stored, next request fine');
});

test('stalled: many that never end leave the others alone', async () => {
	const sent = await parts();
	for (let i = 0; i < 20; i++)
		await raw(formHead(`Content-Length: ${sent.length}\r\n`) + sent.slice(0, 200), 'hold');
	await untouched(0);
	const began = performance.now();
	assert.equal((await alice.get(form)).status, 200);
	const ms = Math.round(performance.now() - began);
	open.forEach((socket) => socket.destroy());
	await untouched(0);
	console.log(`# a page beside 20 stalled uploads: ${ms} ms`);
	record('20 uploads stalled', 20, 20, 'hold no process; nothing stored, next request fine');
});

test('wrong lengths', async () => {
	const sent = await parts();
	const codes = [await refused('too small', await raw(formHead(`Content-Length: ${sent.length - 20}\r\n`) + sent))];
	assert.equal(status(await raw(formHead(`Content-Length: ${sent.length + 20}\r\n`) + sent, 'half')) >= 500, false);
	await untouched(0);
	for (const length of ['-1', 'x', '1\r\nContent-Length: 2', '99999999999999999999'])
		codes.push(await refused(length, await raw(formHead(`Content-Length: ${length}\r\n`) + sent)));
	codes.push(await refused('none', await raw(formHead(''))));
	record('wrong lengths', codes.length + 1, codes.length + 1, `${[...new Set(codes)].join(', ')}; nothing stored, next request fine`);
});

test('chunked, broken', async () => {
	const codes = [];
	for (const body of ['zz\r\nfirstname\r\n0\r\n\r\n', '-5\r\nfirst\r\n0\r\n\r\n', 'fffffffffffffffff\r\nx'])
		codes.push(await refused(body, await raw(csvHead('Transfer-Encoding: chunked\r\n') + body)));
	await raw(`${csvHead('Transfer-Encoding: chunked\r\n')}5\r\nfirst`, 'cut');
	await untouched(0);
	record('broken chunks', codes.length + 1, codes.length + 1, `${[...new Set(codes)].join(', ')}; nothing stored, next request fine`);
});

test('without boundary, with parts by the thousand', async () => {
	const sent = await parts();
	const codes = [];
	for (const type of ['multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=other', 'text/plain', `multipart/form-data; boundary=${'x'.repeat(300)}`])
		codes.push(await refused(type, await raw(formHead(`Content-Length: ${sent.length}\r\n`, type) + sent)));
	const many = await parts('--edge\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n'.repeat(10000));
	codes.push(await refused('10,000 parts', await raw(formHead(`Content-Length: ${many.length}\r\n`) + many)));
	record('no boundary, a wrong one, 10,000 parts', codes.length, codes.length, `${[...new Set(codes)].join(', ')}; nothing stored, next request fine`);
});

test('a cell of a megabyte is an error; sound chunks are fine', async () => {
	const cell = `firstname,lastname\nFine,Row\nBig,${'x'.repeat(1 << 20)}\n`;
	const answer = await api.import(cell, { prefer: 'wait=60' });
	assert.equal(answer.status, 400, answer.text.slice(0, 300));
	assert.equal(answer.json.errors.length, 1, answer.text.slice(0, 500));
	assert.ok(answer.text.length < 5000, 'the cell is not sent back');
	await untouched(1);
	const id = jobId(await alice.upload(Buffer.from(cell)));
	assert.equal((await site.jobEnded(id)).state, 'failed');
	assert.equal(await look.ask('SELECT count(*) FROM users'), '0');
	record('a cell of 1 MB', 2, 2, `400, error ${answer.json.errors[0].code}; nothing applied`);

	const body = 'firstname\nChunked\n';
	const text = await raw(`${csvHead('Transfer-Encoding: chunked\r\n')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, 'end', 10);
	assert.equal(status(text), 201, text.slice(0, 500));
	await until(() => look.ask(`SELECT 1 FROM users WHERE firstname = 'Chunked'`), 'its user');
});
