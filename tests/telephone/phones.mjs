// Imported phones ring: a real Kamailio over the database that the worker imports into,
// and telephones by sipp.  One of each for the whole file.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import test, { after, before } from 'node:test';
import { connect } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiOf } from '../lib/api.mjs';
import { Jobs, csv } from '../lib/jobs.mjs';
import { Phones, Softphone, freeUdpPorts, until } from '../lib/phones.mjs';
import { SipOverTls, carrier, certificate } from '../lib/sip_tls.mjs';
import { freshSite, freePorts } from '../lib/stack.mjs';

let site, jobs, phones, ports;
let secure, secureNumber;	// of the trunk with TLS: certificate and key; its port

const names = ['ann', 'bob', 'cleo', 'fay', 'gus', 'hal', 'ivy', 'ann-globex', 'bea-globex', 'trunk', 'trunk-globex', 'voicemail', 'media', 'carrier'];
const phone = (name) => ({ name, secret: `secret-of-${name}`, port: ports[name] });
const person = (name, exten, more) => ({ firstname: name, line_protocol: 'sip', context: 'default', exten,
	sip_username: name, sip_secret: `secret-of-${name}`, ...more });
const voicemail = (number) => ({ voicemail_name: `Box ${number}`, voicemail_number: number, voicemail_context: 'default' });

async function imported(rows, tenant = 1, kind = 'import') {
	const job = await jobs.run(kind, csv(rows), { tenant, admin: tenant === 1 ? 'alice' : 'bob' });
	assert.deepEqual([job.state, job.errors], ['done', 0], JSON.stringify(job.issues));
}
const changed = async (name, columns) => imported([{ uuid: await jobs.value(`SELECT u.uuid FROM users u
	JOIN line l ON (l.tenant_id, l.user_id) = (u.tenant_id, u.id) WHERE l.sip_username = '${name}'`), ...columns }], 1, 'update');

async function setup(document) {
	const file = join(site.dir, 'change.json');
	writeFileSync(file, JSON.stringify(document));
	const done = await site.command('setup', file);
	assert.equal(done.status, 0, done.stderr);
}

// What the header of the first INVITE that a phone got says.
const header = (messages, name) => messages.slice(messages.indexOf('INVITE sip:')).match(new RegExp(`^${name}: *(.*?)\\r?$`, 'm'))?.[1];
const invited = (messages) => messages.match(/^INVITE (\S+)/m)?.[1];

before(async () => {
	site = await freshSite({ pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	const free = await freeUdpPorts(names.length);
	[secureNumber] = await freePorts(1);
	ports = Object.fromEntries(names.map((name, i) => [name, free[i]]));
	const trunk = (name) => ({ name, address: `127.0.0.1:${ports[name]}`, context: 'from-extern', number: '0142000000', prefix: '0' });
	await setup({
		telephony: { voicemail_server: `127.0.0.1:${ports.voicemail}`, media_server: `127.0.0.9:${ports.media}` },
		tenants: [{ name: 'acme', emergency_numbers: ['112'],
			trunks: [trunk('trunk'), { ...trunk('carrier'), context: undefined, prefix: '00', strip: 1, number: undefined,
				username: 'us', password: 'carrier-Secret', realm: 'carrier.example' }, { name: 'gate', address: 'gate.example',
				identify: 'digest', username: 'trunk-gate', password: 'gate-Secret', context: 'from-extern' }, { name: 'secure',
				address: `127.0.0.1:${secureNumber}`, transport: 'tls', identify: 'tls', tls_name: 'Carrier.example', context: 'from-extern',
				prefix: '8', strip: 1, number: '0142000000' }],
			call_permissions: [{ name: 'international', rules: [{ pattern: '_00.', allow: false }] },
				{ name: 'mobile', rules: [{ pattern: '_06.', allow: false, password: '2468' }, { pattern: '1103', allow: false }] }] },
		{ name: 'globex', trunks: [trunk('trunk-globex')] }],
	});
	await imported([
		person('ann', '1101', { lastname: 'O"Neil, \\Zoé; ^', incall_exten: '2101;2102', incall_context: 'from-extern;from-extern',
			incall_ring_seconds: '1;0', ...voicemail('1101') }),
		person('bob', '1102', { line_protocol: 'ua', simultaneous_calls: 1, outgoing_caller_id: 'anonymous', ...voicemail('1102') }),
		person('cleo', '1103', { line_protocol: 'webrtc', outgoing_caller_id: '"Front, Desk" <0142000103>' }),
		person('dan', '1104', { line_protocol: 'sccp', sip_username: '', sip_secret: '', ...voicemail('1104') }),
		person('eve', '1105', { enabled: 0, incall_exten: '2105', incall_context: 'from-extern' }),
		person('fay', '1106', { call_permissions: 'international;mobile', outgoing_caller_id: '0142000106' }),
		person('gus', '1107', { sip_secret: `a;b\\c"d^e'f, g`, supervision_enabled: 0, outgoing_caller_id: 'Reception' }),
		person('hal', '1108'),
		person('ivy', '1109'),
	]);
	await imported([person('ann-globex', '1101', { incall_exten: '2101', incall_context: 'from-extern' }), person('bea-globex', '1102')], 2);
	// Whose certificates are believed: one authority, which has signed that of a carrier.
	const tls = join(site.dir, 'tls');
	await certificate(tls, 'authority');
	secure = await certificate(tls, 'carrier.example', { authority: 'authority' });
	writeFileSync(join(tls, 'ca.pem'), readFileSync(join(tls, 'authority.pem')));
	phones = await Phones.start(site);
});
after(() => jobs.close());

// --- registering -----------------------------------------------------------------------

test('a phone registers with its imported name and secret, over UDP and TCP', async () => {
	await phones.register(['ann', 'bob', 'cleo', 'fay', 'ivy', 'ann-globex', 'bea-globex'].map(phone));
	await phones.register([phone('bob')], { more: ['-t', 't1'] });
	const there = await phones.registered();
	assert.deepEqual(there.map((one) => one.name), ['ann', 'ann-globex', 'bea-globex', 'bob', 'bob', 'cleo', 'fay', 'ivy']);
	assert.deepEqual(there[0], { name: 'ann', contact: `sip:ann@127.0.0.1:${ports.ann};transport=UDP`, user_agent: 'Test phone' });
});

test('a phone registers over TLS, without a certificate, and not in the clear on that port', async () => {
	const sip = await SipOverTls.open(phones.tls);
	const register = (name, secret) => sip.ask('REGISTER', 'sip:rollcall', { from: `sip:${name}@rollcall`, secret,
		more: [`Contact: <sip:${name}@127.0.0.1:9;transport=tls>`, 'User-Agent: TLS phone', 'Expires: 600'] });
	assert.match(await register('nobody', 'secret-of-hal'), /^SIP\/2\.0 401 /);
	assert.match(await register('hal', 'secret-of-hal'), /^SIP\/2\.0 200 /);
	assert.ok((await phones.registered()).some((one) => one.name === 'hal' && one.user_agent === 'TLS phone'));
	assert.equal(await jobs.value(`SELECT r.transport FROM registration r JOIN line l ON (l.tenant_id, l.user_id) = (r.tenant_id, r.user_id)
		WHERE l.sip_username = 'hal'`), 'tls');
	sip.close();
	const plain = connect({ port: phones.tls, host: '127.0.0.1' });
	let said = '';
	plain.on('data', (bytes) => { said += bytes; }).on('error', () => {});
	plain.write('OPTIONS sip:rollcall SIP/2.0\r\nVia: SIP/2.0/TCP a.invalid;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n'
		+ 'Call-ID: plain\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n');
	await new Promise((done) => plain.on('close', done));
	assert.doesNotMatch(said, /SIP\/2/);
	// A phone that goes away leaves; the tests below expect none of this name.
	await jobs.psql(`DELETE FROM sip.location WHERE user_agent = 'TLS phone'`);
});

test('a wrong secret, an unknown name and a disabled user get one and the same answer', async () => {
	const answers = [];
	for (const wrong of [{ ...phone('ann'), secret: 'wrong' }, { name: 'nobody', secret: 'x' }, phone('eve'), { name: 'trunk-gate', secret: 'gate-Secret' }]) {
		const { messages } = await phones.register([wrong], { status: 401 });
		answers.push(messages.split(/^SIP\/2\.0 /m).at(-1).replace(/(nonce|tag|branch|rport|Call-ID|From|To)[=:][^\r;]*/g, '$1'));
	}
	assert.equal(new Set(answers.map((text) => text.split('\r\n\r\n')[0])).size, 1, answers.join('\n'));
});

test('nobody registers as somebody else', async () => {
	const { messages } = await phones.sipp('register', { status: 403,
		rows: [['ann', `[authentication username=bob password=${phone('bob').secret}]`, 9]] });
	assert.match(messages, /403 Not Yours/);
});

test('a desk phone has one contact, the newest; a "ua" line has its desk phone and its browsers', async () => {
	const [other] = await freeUdpPorts(1);
	for (const name of ['ivy', 'bob'])
		await phones.register([{ ...phone(name), port: other }]);
	const there = await phones.registered();
	assert.deepEqual(there.filter((one) => one.name === 'ivy').map((one) => one.contact), [`sip:ivy@127.0.0.1:${other};transport=UDP`]);
	assert.equal(there.filter((one) => one.name === 'bob').length, 3);
	await phones.register([phone('ivy')]);
});

test('a browser registers over wss at the site\'s path, whatever its secret is made of', async () => {
	await phones.path();
	const page = await site.page(null, { baseURL: site.tlsUrl });
	await page.goto('/login');
	const socket = `wss://${new URL(site.tlsUrl).host}/phone`;
	const request = (n, more) => [`REGISTER sip:rollcall SIP/2.0`, 'Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK' + n, 'Max-Forwards: 70',
		'From: <sip:gus@rollcall>;tag=1', 'To: <sip:gus@rollcall>', 'Call-ID: browser', `CSeq: ${n} REGISTER`,
		'Contact: <sip:gus@a.invalid;transport=ws>', 'User-Agent: Browser', 'Expires: 600', ...more, 'Content-Length: 0', '', ''].join('\r\n');
	const ask = (text) => page.evaluate(([url, message]) => new Promise((done, fail) => {
		window.phone ??= new WebSocket(url, 'sip');
		window.phone.onmessage = (event) => done(event.data);
		window.phone.onerror = () => fail(new Error('no socket'));
		if (window.phone.readyState === 1)
			window.phone.send(message);
		else
			window.phone.onopen = () => window.phone.send(message);
	}), [socket, text]);
	const challenge = await ask(request(1, []));
	const [, nonce] = challenge.match(/nonce="([^"]+)"/);
	const md5 = (text) => createHash('md5').update(text).digest('hex');
	const response = md5([md5(`gus:rollcall:a;b\\c"d^e'f, g`), nonce, '00000001', 'abcd', 'auth', md5('REGISTER:sip:rollcall')].join(':'));
	const answer = await ask(request(2, [`Authorization: Digest username="gus", realm="rollcall", nonce="${nonce}", uri="sip:rollcall", ` +
		`response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="abcd"`]));
	assert.match(answer, /^SIP\/2\.0 200 OK/);
	assert.ok((await phones.registered()).some((one) => one.name === 'gus' && one.user_agent === 'Browser'));
});

test('an administrator sees who is registered, since when, from where: page, list, API and command', async () => {
	const alice = await site.client('alice');
	const uuid = (name, tenant = 1) => jobs.value(`SELECT u.uuid FROM users u JOIN line l ON (l.tenant_id, l.user_id) = (u.tenant_id, u.id)
		WHERE u.tenant_id = ${tenant} AND l.sip_username = '${name}'`);
	const page = (await alice.get(`/services/ipbx/users/${await uuid('ann')}`)).text.replace(/\s+/g, ' ');
	assert.match(page, new RegExp(`127\\.0\\.0\\.1:${ports.ann} \\(udp\\).*Test phone`, 'i'));
	assert.match((await alice.get(`/services/ipbx/users/${await uuid('eve')}`)).text, /Non enregistré|Not registered/);

	const list = (await alice.get('/services/ipbx/users?phones=missing&size=100')).text;
	assert.match(list, />hal</);
	assert.doesNotMatch(list, />ann O|>dan<|>eve</, 'not who is registered, has no SIP line or is disabled');

	const api = await apiOf(site, 'alice').get(`/1.1/users/${await uuid('ann')}`);
	assert.equal(api.status, 200, api.text);
	const [there] = api.json.lines[0].registrations;
	assert.deepEqual([there.address, there.user_agent, api.json.lines[0].registrations.length], [`127.0.0.1:${ports.ann}`, 'Test phone', 1]);
	assert.ok(Math.abs(new Date(there.since) - Date.now()) < 120_000);

	const { stdout } = await site.command('phones', '--tenant', 'acme');
	assert.match(stdout, new RegExp(`^acme\t1101\tann\tregistered\t[0-9TZ:-]+\t127.0.0.1:${ports.ann}\tTest phone\tann O"Neil`, 'm'));
	assert.match(stdout, /\teve\tdisabled\t/);
	assert.doesNotMatch(stdout, /globex|secret/);
	assert.deepEqual((await site.command('phones', '--tenant', 'acme', '--missing')).stdout.split('\n').map((line) => line.split('\t')[2]).filter(Boolean), ['hal']);
	assert.equal((await site.command('phones', '--nobody')).status, 2);
});

// --- inside ------------------------------------------------------------------------------

test('extension to extension: the called phone sees name and number, and no login', async () => {
	const ivy = phones.phone('answer', ports.ivy);
	await phones.call(phone('ann'), '1109');
	const { messages } = await ivy.ended;
	assert.match(header(messages, 'From'), /^"ann O\\"Neil, \\\\Zoé; \^" ?<sip:1101@rollcall>/);
	assert.doesNotMatch(messages, /sip:ann@rollcall|Authorization/);
});

test('the same number in two tenants is two users; other tenants\' numbers are not there', async () => {
	const other = phones.phone('answer', ports['ann-globex']);
	await phones.call(phone('bea-globex'), '1101');
	assert.match(header((await other.ended).messages, 'From'), /<sip:1102@rollcall>/);
	await phones.call(phone('bea-globex'), '1109', { status: 404 });
});

test('what is no number, reaches nobody or is not registered', async () => {
	for (const number of ['ann', '9999', '1105', '1101%27', '*98'])
		await phones.call(phone('ivy'), number, { status: 404 });
	await changed('gus', { sip_secret: 'another-Secret' });
	await phones.call(phone('ann'), '1107', { status: 480 });
});

test('whose digest is wrong, and who is disabled, calls nobody', async () => {
	await phones.call({ ...phone('ann'), secret: 'wrong' }, '1109', { status: 407 });
	await phones.call(phone('eve'), '1109', { status: 407 });
	const { messages } = await phones.sipp('refused', { status: 403, rows: [['ann', `[authentication username=ivy password=${phone('ivy').secret}]`, '1102']] });
	assert.match(messages, /403 Not Yours/);
});

test('who is not registered, busy, or cannot ring: voicemail, which is told why and whose', async () => {
	const place = await jobs.value(`SELECT id FROM context WHERE tenant_id = 1 AND name = 'default'`);
	let server = phones.phone('answer', ports.voicemail);
	await phones.call(phone('ivy'), '1104');
	let { messages } = await server.ended;
	assert.equal(invited(messages), `sip:vmu_t1c${place}_1104@127.0.0.1:${ports.voicemail}`);
	assert.match(header(messages, 'Diversion'), /<sip:1104@rollcall>;reason=unavailable/);

	const ann = phones.phone('busy', ports.ann);
	server = phones.phone('answer', ports.voicemail);
	await phones.call(phone('ivy'), '1101');
	await ann.ended;
	({ messages } = await server.ended);
	assert.equal(invited(messages), `sip:vmb_t1c${place}_1101@127.0.0.1:${ports.voicemail}`);

	server = phones.phone('answer', ports.voicemail);
	await phones.call(phone('ann'), '*98');
	assert.equal(invited((await server.ended).messages), `sip:vmm_t1c${place}_1101@127.0.0.1:${ports.voicemail}`);
});

test('busy without a mailbox is busy', async () => {
	const ivy = phones.phone('busy', ports.ivy);
	await phones.call(phone('ann'), '1109', { status: 486 });
	await ivy.ended;
});

test('simultaneous calls are counted in both directions', async () => {
	const ivy = phones.phone('answer', ports.ivy);
	const first = phones.call(phone('bob'), '1109', { ms: 1500 });
	await until(async () => await phones.ongoing() === 1);
	const { messages } = await phones.call(phone('bob'), '1101', { status: 486 });
	assert.match(messages, /486 Too Many Calls/);
	const server = phones.phone('answer', ports.voicemail);
	await phones.call(phone('ann'), '1102');
	assert.match(invited((await server.ended).messages), /^sip:vmb_.*_1102@/);
	await Promise.all([first, ivy.ended]);
});

test('two imported phones talk, and each hears the other', async (t) => {
	const called = new Softphone(phones, phone('ivy'), { answer: true });
	const calling = new Softphone(phones, phone('hal'));
	t.after(async () => {
		await calling.end();
		await called.end();
	});
	called.start();
	await called.until(/200 OK/);
	calling.start('1109');
	for (const one of [called, calling]) {
		await one.until(/audio=[1-9]\d*\/[1-9]/);
		const { sent, received } = one.audio();
		assert.ok(sent > 10000 && received > 10000, one.said.slice(-500));
		t.diagnostic(`sent ${sent} bytes of audio in 3 s, received ${received}`);
	}
});

test('after the softphone its desk phone is called again', async () => {
	await phones.register([phone('ivy')]);
	const ivy = phones.phone('answer', ports.ivy);
	await phones.call(phone('ann'), '1109');
	await ivy.ended;
});

// --- from outside and out --------------------------------------------------------------------

test('each number from outside rings its user, by the tenant\'s trunk', async () => {
	for (const number of ['2102', '+2102']) {
		const ann = phones.phone('answer', ports.ann);
		await phones.callIn(number, ports.trunk);
		assert.match(header((await ann.ended).messages, 'From'), /"Outside" <sip:0699999999@trunk.invalid>/);
	}
	const other = phones.phone('answer', ports['ann-globex']);
	await phones.callIn('2101', ports['trunk-globex']);
	await other.ended;
	for (const number of ['2105', '1101', '0612345678', '2999'])
		await phones.callIn(number, ports.trunk, { status: 404 });
});

test('after the ring seconds of the number: voicemail', async () => {
	const ann = phones.phone('ring', ports.ann);
	const server = phones.phone('answer', ports.voicemail);
	await phones.callIn('2101', ports.trunk);
	await ann.ended;
	assert.match(invited((await server.ended).messages), /^sip:vmu_.*_1101@/);
});

test('a source that is no trunk learns nothing', async () => {
	const [port] = await freeUdpPorts(1);
	const answers = new Set();
	for (const number of ['2102', '2999', '1101'])
		answers.add((await phones.callIn(number, port, { status: 407 })).answers.join());
	assert.equal(answers.size, 1);
});

test('a trunk that is known by its digest', async () => {
	const ann = phones.phone('answer', ports.ann);
	await phones.call({ name: 'trunk-gate', secret: 'gate-Secret' }, '2102');
	await ann.ended;
	await phones.call({ name: 'trunk-gate', secret: 'wrong' }, '2102', { status: 407 });
});

test('a trunk that is known by its certificate brings calls in; another certificate, or none, is no trunk', async () => {
	const from = 'sip:0699999999@trunk.invalid';
	const trunk = await SipOverTls.open(phones.tls, secure);
	const ann = phones.phone('answer', ports.ann);
	const taken = await trunk.ask('INVITE', 'sip:2102@rollcall', { from, to: 'sip:2102@rollcall', more: ['Contact: <sip:there@127.0.0.1:9;transport=tls>'] });
	assert.match(taken, /^SIP\/2\.0 200 /);
	assert.match(await trunk.hangUp(), /^SIP\/2\.0 200 /);
	assert.match(invited((await ann.ended).messages), /^sip:ann@/);
	assert.match(await trunk.ask('INVITE', 'sip:1101@rollcall', { from, to: 'sip:1101@rollcall', more: ['Contact: <sip:there@127.0.0.1:9>'] }), /^SIP\/2\.0 404 /);
	trunk.close();
	// Of the same name, but signed by nobody that is believed: the connection, or the call, is refused.
	const tls = join(site.dir, 'tls');
	const others = [await certificate(tls, 'other-carrier.example'), await certificate(tls, 'elsewhere.example', { authority: 'authority' }), {}];
	for (const [i, credentials] of others.entries()) {
		const asked = SipOverTls.open(phones.tls, credentials).then(async (sip) => {
			const got = await sip.ask('INVITE', 'sip:2102@rollcall', { from, to: 'sip:2102@rollcall', more: ['Contact: <sip:there@127.0.0.1:9>'] });
			sip.close();
			return got;
		});
		if (i === 0)
			await assert.rejects(asked);
		else
			assert.match(await asked, /^SIP\/2\.0 407 /);
	}
});

test('calls go out to a trunk over TLS, and to no stranger at its address', async () => {
	const real = await carrier(secure, secureNumber);
	await phones.call(phone('ann'), '80142111111', { status: 603 });
	assert.equal(invited(real.calls[0]), `sip:0142111111@127.0.0.1:${secureNumber};transport=tls`);
	assert.match(header(real.calls[0], 'From'), /<sip:0142000000@rollcall>/);
	assert.deepEqual(real.peers, ['localhost'], 'it is shown the site\'s certificate');
	await real.close();
	const stranger = await carrier(await certificate(join(site.dir, 'tls'), 'other-carrier.example'), secureNumber);
	await phones.call(phone('ann'), '80142111111', { status: 408 });
	assert.deepEqual(stranger.calls, []);
	await stranger.close();
});

test('outside, a user is shown as outgoing_caller_id says', async () => {
	for (const [name, from, more] of [['ann', /<sip:0142000000@rollcall>/], ['bob', /"Anonymous" <sip:anonymous@anonymous.invalid>/, /Privacy: id/],
		['cleo', /"Front, Desk" <sip:0142000103@rollcall>/], ['fay', /<sip:0142000106@rollcall>/]]) {
		const trunk = phones.phone('answer', ports.trunk);
		await phones.call(phone(name), '0142111111');
		const { messages } = await trunk.ended;
		assert.equal(invited(messages), `sip:0142111111@127.0.0.1:${ports.trunk}`);
		assert.match(header(messages, 'From'), from);
		assert.match(messages, more ?? /./);
		assert.doesNotMatch(messages, new RegExp(`sip:${name}@rollcall`));
	}
});

test('a carrier that asks for a digest gets the trunk\'s, for its realm', async () => {
	const carrier = phones.phone('carrier', ports.carrier);
	await phones.call(phone('ann'), '00491234');
	const { messages } = await carrier.ended;
	const [, response] = messages.match(/Proxy-Authorization: .*response="([0-9a-f]{32})"/);
	const uri = messages.match(/Proxy-Authorization: .*uri="([^"]+)"/)[1];
	assert.equal(uri, `sip:0491234@127.0.0.1:${ports.carrier}`);
	const md5 = (text) => createHash('md5').update(text).digest('hex');
	assert.equal(response, md5(`${md5('us:carrier.example:carrier-Secret')}:f00d:${md5(`INVITE:${uri}`)}`));
});

test('a call permission refuses, inside too; an emergency number is never refused', async () => {
	for (const number of ['0049123', '1103'])
		await phones.call(phone('fay'), number, { status: 403 });
	await phones.call(phone('fay'), '7777', { status: 404 });
	const trunk = phones.phone('answer', ports.trunk);
	await phones.call(phone('fay'), '112');
	assert.equal(invited((await trunk.ended).messages), `sip:112@127.0.0.1:${ports.trunk}`);
});

test('a call permission with a password: the media server asks, and sends the call back', async () => {
	const media = phones.phone('answer', ports.media, { address: '127.0.0.9' });
	await phones.call(phone('fay'), '0612345678');
	assert.equal(invited((await media.ended).messages), `sip:pw_0612345678_fay@127.0.0.9:${ports.media}`);
	const trunk = phones.phone('answer', ports.trunk);
	await phones.callIn('0612345678', ports.media, { address: '127.0.0.9', from: 'fay' });
	const { messages } = await trunk.ended;
	assert.equal(invited(messages), `sip:0612345678@127.0.0.1:${ports.trunk}`);
	assert.match(header(messages, 'From'), /<sip:0142000106@rollcall>/);
	await phones.callIn('0612345678', ports.media, { status: 407, from: 'fay' });
});

// --- supervision, guessing ---------------------------------------------------------------------

test('who allows it is seen ringing and talking, by the own tenant alone', async () => {
	const watching = phones.watch(phone('ann'), '1106');
	await watching.until(/^NOTIFY/m);
	const fay = phones.phone('answer', ports.fay);
	await phones.call(phone('cleo'), '1106', { ms: 300 });
	await fay.ended;
	const { messages } = await watching.ended;
	assert.deepEqual([...messages.matchAll(/<state>(\w+)/g)].map((match) => match[1]).slice(-3), ['early', 'confirmed', 'terminated']);
	assert.doesNotMatch(messages, /cleo/, 'nobody is told who calls');
	await phones.watch(phone('ann'), '1107', 404).ended;
	await phones.watch(phone('bea-globex'), '1109', 404).ended;
});

test('guesses are slowed by address and by name; who got in before is not kept out', async () => {
	const guess = (address, name, status) => phones.register([{ name, secret: `guess of ${name}` }], { status, address });
	for (let n = 0; n < 20; n++)
		await guess('127.0.0.2', `guessed-${n % 2}`, 401);
	await guess('127.0.0.2', 'guessed-2', 403);
	assert.match((await phones.register([phone('hal')], { status: 403, address: '127.0.0.2' })).messages, /403 Try Again Later/, 'not even with the right secret');
	for (let n = 0; n < 20; n++)
		await guess(`127.0.0.${10 + n}`, 'hal', 401);
	await phones.register([phone('hal')], { status: 403, address: '127.0.0.3' });
	await phones.register([phone('ann')]);
});

test('scanners and floods get no answer', async () => {
	const socket = createSocket('udp4');
	await new Promise((done) => socket.bind(0, '127.0.0.4', done));
	let answers = 0;
	socket.on('message', () => { answers++; });
	const options = (n, agent) => ['OPTIONS sip:rollcall SIP/2.0', `Via: SIP/2.0/UDP 127.0.0.4:${socket.address().port};branch=z9hG4bK${n}`, 'Max-Forwards: 70',
		'From: <sip:x@y>;tag=1', 'To: <sip:rollcall>', `Call-ID: ${n}`, 'CSeq: 1 OPTIONS', `User-Agent: ${agent}`, 'Content-Length: 0', '', ''].join('\r\n');
	const send = (n, agent) => new Promise((done) => socket.send(options(n, agent), phones.port, '127.0.0.1', done));
	await send(0, 'friendly-scanner');
	await send(1, 'A phone');
	await until(() => answers > 0);
	assert.equal(answers, 1, 'the scanner got none');
	for (let n = 2; n < 500; n++)
		await send(n, 'A phone');
	await phones.register([phone('ann')]);
	assert.ok(answers < 200, `${answers} answers to a flood`);
	socket.close();
});

test('a name that belongs to trunks is imported with a warning, and its phone does not register', async () => {
	const job = await jobs.run('import', csv([person('Trunk-Lyon', '1160'), person('trunkful', '1161')]));
	assert.deepEqual([job.state, job.issues.map((issue) => [issue.row, issue.column, issue.key])], ['done', [[1, 'sip_username', 'trunk_name']]]);
	await phones.register([{ name: 'Trunk-Lyon', secret: 'secret-of-Trunk-Lyon' }], { status: 401 });
	await phones.register([{ name: 'trunkful', secret: 'secret-of-trunkful' }]);
	const uuid = await jobs.value(`SELECT u.uuid FROM users u JOIN line l ON (l.tenant_id, l.user_id) = (u.tenant_id, u.id) WHERE l.sip_username = 'Trunk-Lyon'`);
	const again = await jobs.run('update', csv([{ uuid, sip_username: 'Trunk-Lyon', lastname: 'x' }]));
	assert.deepEqual([again.state, again.issues], ['done', []], 'what stays as it is warns of nothing');
});

// --- changes ------------------------------------------------------------------------------------

test('changes are in force at the next request', async () => {
	await changed('ivy', { sip_secret: 'another-Secret' });
	await phones.call(phone('ann'), '1109', { status: 480 });
	await phones.register([phone('ivy')], { status: 401 });
	await phones.register([{ ...phone('ivy'), secret: 'another-Secret' }]);
	const ivy = phones.phone('answer', ports.ivy);
	await phones.call(phone('ann'), '1109');
	await ivy.ended;

	await changed('ivy', { enabled: 0 });
	await phones.call(phone('ann'), '1109', { status: 404 });
	await phones.register([{ ...phone('ivy'), secret: 'another-Secret' }], { status: 401 });
	await changed('ivy', { enabled: 1, exten: '1199' });
	await phones.call(phone('ann'), '1109', { status: 404 });
	const again = phones.phone('answer', ports.ivy);
	await phones.call(phone('ann'), '1199');
	await again.ended;
});

test('a name that passes to another tenant takes no phone with it', async () => {
	await changed('cleo', { sip_username: 'cleo-once' });
	await imported([person('cleo', '1103')], 2);
	await phones.call(phone('bea-globex'), '1103', { status: 480 });
});

test('a phone registers at the moment of the import\'s commit', async (t) => {
	await imported([person('zed', '1150')]);
	const committed = Date.now();
	await phones.register([{ name: 'zed', secret: 'secret-of-zed', port: 9 }]);
	t.diagnostic(`from the commit to a registered phone: ${Date.now() - committed} ms`);
});

test('phones are where they were after Kamailio and the database began anew', async () => {
	const connections = (states) => site.value(`SELECT count(*)::int FROM pg_stat_activity WHERE usename = 'rollcall_sip' AND state ~ '${states}'`);
	const all = await connections('.');
	await phones.stopKamailio();
	await phones.kamailio();
	// Kamailio answers before its last process has connected; one whose connection ends meanwhile would end it.
	await until(async () => await connections('^idle$') >= all);
	await site.psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rollcall_sip'`);
	const ann = phones.phone('answer', ports.ann);
	await phones.call(phone('fay'), '1101');
	await ann.ended;
	assert.doesNotMatch(phones.log(), /secret-of|another-Secret|carrier-Secret/);
});
