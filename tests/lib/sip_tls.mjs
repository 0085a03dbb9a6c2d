// SIP over TLS, which Debian's sipp cannot do: certificates of a carrier, a connection that sends
// requests, and a carrier that receives calls.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);

// Makes a certificate and key in dir, signed by the authority of that name, or by itself.
export async function certificate(dir, name, { authority } = {}) {
	const [cert, key] = [join(dir, `${name}.pem`), join(dir, `${name}.key`)];
	await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '9',
		'-subj', `/CN=${name.replace(/^other-/, '')}`, '-keyout', key, '-out', cert,
		...(authority ? ['-CA', join(dir, `${authority}.pem`), '-CAkey', join(dir, `${authority}.key`)] : [])]);
	return { cert: readFileSync(cert), key: readFileSync(key) };
}

const field = (message, name) => message.match(new RegExp(`^${name}: *(.*?)\\r?$`, 'mi'))?.[1];
const fields = (message, name) => [...message.matchAll(new RegExp(`^${name}: *(.*?)\\r?$`, 'gmi'))].map((match) => match[1]);
const md5 = (text) => createHash('md5').update(text).digest('hex');

// Splits a stream into whole messages.
function reader(socket, take) {
	let text = '';
	socket.setEncoding('utf8').on('data', (more) => {
		text += more;
		for (let end; (end = text.indexOf('\r\n\r\n')) >= 0;) {
			const length = end + 4 + Number(field(text.slice(0, end), 'Content-Length') ?? 0);
			if (text.length < length)
				return;
			take(text.slice(0, length));
			text = text.slice(length).replace(/^(\r\n)+/, '');
		}
	});
}

const answer = (request, status) => [`SIP/2.0 ${status}`, ...['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq']
	.flatMap((name) => fields(request, name).map((value) => `${name}: ${value}${name === 'To' && !/tag=/.test(value) ? ';tag=there' : ''}`)),
	'Content-Length: 0', '', ''].join('\r\n');

// A connection to Kamailio, with a certificate or without one.
export class SipOverTls {
	static async open(port, credentials = {}) {
		const sip = new SipOverTls();
		sip.socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...credentials });
		sip.waiting = [];
		sip.got = [];
		await new Promise((done, fail) => sip.socket.once('secureConnect', done).once('error', fail));
		reader(sip.socket, (message) => sip.take(message));
		sip.socket.on('error', () => {}).on('close', () => sip.waiting.splice(0).forEach((wait) => wait.fail(new Error('closed'))));
		return sip;
	}

	take(message) {
		this.got.push(message);
		const i = this.waiting.findIndex((wait) => wait.what.test(message));
		if (i >= 0)
			this.waiting.splice(i, 1)[0].done(message);
	}

	until(what) {
		const there = this.got.find((message) => what.test(message));
		return there ? Promise.resolve(there) : new Promise((done, fail) => this.waiting.push({ what, done, fail }));
	}

	// Sends a request; resolves to its final answer.  A 401 is answered once, with the secret.
	async ask(method, uri, { from, to = from, secret, more = [], call = randomBytes(8).toString('hex'), n = 1 } = {}) {
		const request = [`${method} ${uri} SIP/2.0`, `Via: SIP/2.0/TLS a.invalid;branch=z9hG4bK${randomBytes(8).toString('hex')}`,
			'Max-Forwards: 70', `From: <${from}>;tag=here`, `To: <${to}>`, `Call-ID: ${call}`, `CSeq: ${n} ${method}`, ...more];
		this.socket.write([...request, 'Content-Length: 0', '', ''].join('\r\n'));
		const got = await this.until(new RegExp(`^SIP/2.0 [2-6][^]*^CSeq: ${n} ${method}`, 'm'));
		this.got = [];
		const nonce = field(got, 'WWW-Authenticate')?.match(/nonce="([^"]+)"/)?.[1];
		if (method === 'INVITE')
			this.acknowledge(got, { uri, from, call, n });
		if (!nonce || !secret || n > 1)
			return got;
		const name = from.match(/^sip:(.*)@/)[1];
		const response = md5([md5(`${name}:rollcall:${secret}`), nonce, '00000001', 'abcd', 'auth', md5(`${method}:${uri}`)].join(':'));
		return this.ask(method, uri, { from, to, secret, call, n: 2, more: [...more, `Authorization: Digest username="${name}", realm="rollcall", ` +
			`nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="abcd"`] });
	}

	// Handles an answer to INVITE; an accepted one begins the dialog.
	acknowledge(got, { uri, from, call, n }) {
		const taken = /^SIP\/2.0 2/.test(got);
		const via = taken ? `SIP/2.0/TLS a.invalid;branch=z9hG4bK${randomBytes(8).toString('hex')}` : field(got, 'Via');
		const route = taken ? fields(got, 'Record-Route').flatMap((list) => list.split(/, */)).reverse().map((hop) => `Route: ${hop}`) : [];
		this.dialog = { uri: taken ? field(got, 'Contact').match(/<(.*?)>/)[1] : uri, n, more: ['Max-Forwards: 70', ...route,
			`From: <${from}>;tag=here`, `To: ${field(got, 'To')}`, `Call-ID: ${call}`] };
		this.write('ACK', via, n);
	}

	write(method, via, n) {
		const { uri, more } = this.dialog;
		this.socket.write([`${method} ${uri} SIP/2.0`, `Via: ${via}`, ...more, `CSeq: ${n} ${method}`, 'Content-Length: 0', '', ''].join('\r\n'));
	}

	// Resolves to the answer.
	hangUp() {
		const n = this.dialog.n + 1;
		this.write('BYE', `SIP/2.0/TLS a.invalid;branch=z9hG4bK${randomBytes(8).toString('hex')}`, n);
		return this.until(new RegExp(`^SIP/2.0 [2-6][^]*^CSeq: ${n} BYE`, 'm'));
	}

	close() {
		this.socket.destroy();
	}
}

// A carrier that takes calls over TLS and declines them: { port, calls, peers, close }.  `peers`
// are the names in the certificates that it was shown.
export async function carrier(credentials, port = 0) {
	const calls = [], peers = [], sockets = [];
	const server = createServer({ ...credentials, requestCert: true, rejectUnauthorized: false }, (socket) => {
		sockets.push(socket);
		peers.push(socket.getPeerCertificate().subject?.CN);
		socket.on('error', () => {});
		reader(socket, (message) => {
			if (!/^INVITE /.test(message))
				return;
			calls.push(message);
			socket.write(answer(message, '603 Decline'));
		});
	}).on('tlsClientError', () => {});
	await new Promise((done) => server.listen(port, '127.0.0.1', done));
	return { port: server.address().port, calls, peers, close: () => {
		sockets.forEach((socket) => socket.destroy());
		return new Promise((done) => server.close(done));
	} };
}
