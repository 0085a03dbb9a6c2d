// Kamailio beside a site, and telephones: sipp with the scenarios of
// tests/telephone/sipp.
//
//   const phones = await Phones.start(site);
//   await phones.register([{ name: 'ann', secret: '…', port: 7001 }]);
//   const ann = phones.phone('answer', 7001);          // rings, answers, hangs up
//   await phones.call(bob, '1101');                     // bob calls 1101, is answered
//   (await ann.ended).messages                          // what ann's phone got and sent
//
// Each call ends by itself, or fails with all messages that were sent and received.
import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cluster, freePorts, root, stack } from './stack.mjs';

const run = promisify(execFile);

// Waits until the condition is true.
export async function until(holds, seconds = 10) {
	for (const end = Date.now() + seconds * 1000; !await holds();) {
		if (Date.now() > end)
			throw new Error(`does not come: ${holds}`);
		await new Promise((done) => setTimeout(done, 20));
	}
}

// Free UDP ports of 127.0.0.1.
export async function freeUdpPorts(n) {
	const sockets = await Promise.all(Array.from({ length: n }, () => new Promise((done, fail) => {
		const socket = createSocket('udp4');
		socket.on('error', fail);
		socket.bind(0, '127.0.0.1', () => done(socket));
	})));
	const ports = sockets.map((socket) => socket.address().port);
	await Promise.all(sockets.map((socket) => new Promise((done) => socket.close(done))));
	return ports;
}

// A name and a secret in the form that sipp needs to answer a challenge.
const digest = ({ name, secret }) => `[authentication username=${name} password=${secret}]`;

export class Phones {
	static async start(site) {
		const phones = new Phones();
		const [port, tls] = await freePorts(2);
		Object.assign(phones, { site, port, tls, runs: 0, dir: join(site.dir, 'sipp') });
		mkdirSync(phones.dir);
		await phones.kamailio();
		return phones;
	}

	async kamailio() {
		await stack('phones_start', this.site.dir, cluster, this.site.db, this.port, this.tls);
	}

	async stopKamailio() {
		await stack('phones_stop', this.site.dir);
	}

	log() {
		return this.site.log('kamailio');
	}

	// nginx passes the site's path for browser phones to Kamailio.
	async path() {
		await stack('phones_path', this.site.dir, this.port);
	}

	// The number of calls that are active now.
	async ongoing() {
		const { stdout } = await run('kamcmd', ['-s', `unix:${this.site.dir}/phones/kamailio.ctl`, 'dlg.stats_active']);
		return Number(stdout.match(/ongoing: (\d+)/)[1]);
	}

	// Starts a scenario: {ended, until}.  `ended` resolves, when it has ended well, to
	// {messages, answers}: all that went over the wire, and the statuses in it.  `until`
	// waits for a message.  Options: rows (fields of a caller), status, port (its own),
	// address (its own), more (arguments of sipp).
	start(scenario, { rows, status, port, address = '127.0.0.1', more = [] } = {}) {
		const base = join(this.dir, `${++this.runs}-${scenario}`);
		const text = readFileSync(join(root, 'tests/telephone/sipp', `${scenario}.xml`), 'utf8');
		writeFileSync(`${base}.xml`, text.replaceAll('@STATUS@', status));
		// The ports for media are below those of freePorts.
		const args = [`127.0.0.1:${this.port}`, '-sf', `${base}.xml`, '-i', address, '-m', rows?.length ?? 1, '-nostdin',
			'-timeout', '20s', '-timeout_error', '-mp', 20000 + this.runs * 8, '-trace_msg', '-message_file', `${base}.log`, ...more];
		if (port)
			args.push('-p', port);
		if (rows) {
			writeFileSync(`${base}.csv`, `SEQUENTIAL\n${rows.map((row) => row.join(';')).join('\n')}\n`);
			args.push('-inf', `${base}.csv`);
		}
		const messages = () => existsSync(`${base}.log`) ? readFileSync(`${base}.log`, 'utf8') : '';
		const child = spawn('sipp', args.map(String), { cwd: this.dir, stdio: 'ignore' });
		const ended = new Promise((done) => child.on('close', done)).then((code) => {
			if (code !== 0)
				throw new Error(`sipp ${scenario} ended with ${code}\n${messages().slice(-6000)}\n${this.log().slice(-2000)}`);
			return { messages: messages(), answers: [...messages().matchAll(/^SIP\/2\.0 (\d{3})/gm)].map((match) => Number(match[1])) };
		});
		ended.catch(() => {});
		return { ended, until: (message) => until(() => message.test(messages())) };
	}

	sipp(scenario, options) {
		return this.start(scenario, options).ended;
	}

	// The phones register, each to be called at its port.
	register(list, { status = 200, ...options } = {}) {
		return this.sipp('register', { rows: list.map((phone) => [phone.name, digest(phone), phone.port ?? 9]), status, ...options });
	}

	// A phone (answer, busy, ring), a carrier or a voicemail server at a port; `ended`
	// resolves when its call is over.
	phone(scenario, port, options) {
		return this.start(scenario, { port, ...options });
	}

	// A call that is answered `status`; an answered one is hung up after ms.
	call(phone, number, { status = 200, ms = 100, ...options } = {}) {
		const rows = [[phone.name, digest(phone), number]];
		return this.sipp(status === 200 ? 'call' : 'refused', { rows, status, ...options, more: ['-d', ms] });
	}

	// A call from a trunk's port, without a digest.
	callIn(number, port, { status = 200, from = '0699999999', ...options } = {}) {
		return this.sipp(status === 200 ? 'trunk' : 'trunk_refused', { rows: [[number, from]], status, port, ...options, more: ['-d', 100] });
	}

	watch(phone, number, status = 200) {
		return this.start(status === 200 ? 'watch' : 'watch_refused', { rows: [[phone.name, digest(phone), number]], status });
	}

	// Where phones are, as the database has it.
	registered() {
		return this.site.sql(`SELECT l.sip_username AS name, r.contact, r.user_agent FROM sip.location r
			JOIN line l ON (l.tenant_id, l.id, l.account) = (r.tenant_id, r.line_id, r.account) ORDER BY 1, 2`);
	}
}

// A softphone with sound: baresip plays a tone and receives one.  `said` is its output.
export class Softphone {
	constructor(phones, { name, secret }, { answer } = {}) {
		const dir = join(phones.dir, `baresip-${name}`);
		mkdirSync(dir, { recursive: true });
		writeFileSync(join(dir, 'config'), ['sip_listen 127.0.0.1:0', 'net_interface 127.0.0.1', 'audio_source ausine,440',
			`audio_player aubridge,${name}`, 'audio_alert aubridge,alert', 'module_path /usr/lib/baresip/modules',
			...['opus', 'ausine', 'aubridge'].map((module) => `module ${module}.so`), 'module_tmp account.so', 'module_app menu.so', ''].join('\n'));
		writeFileSync(join(dir, 'accounts'), `<sip:${name}@rollcall;transport=udp>;auth_pass=${secret};outbound="sip:127.0.0.1:${phones.port}";` +
			`regint=600${answer ? ';answermode=auto' : ''}\n`);
		this.dir = dir;
		this.said = '';
	}

	// Starts the phone, which registers and may call a number.
	start(number) {
		this.child = spawn('baresip', ['-f', this.dir, ...(number ? ['-e', `/dial ${number}`] : [])], { stdio: ['pipe', 'pipe', 'pipe'] });
		for (const stream of [this.child.stdout, this.child.stderr])
			stream.setEncoding('utf8').on('data', (text) => { this.said += text; });
		this.closed = new Promise((done) => this.child.on('close', done));
	}

	until(message) {
		return until(() => message.test(this.said));
	}

	// Bytes of audio that went out and came in, by the rates of three seconds that it prints.
	audio() {
		const [, out, inward] = [...this.said.matchAll(/audio=(\d+)\/(\d+) \(bit\/s\)/g)].at(-1) ?? [];
		return { sent: Number(out) * 3 / 8, received: Number(inward) * 3 / 8 };
	}

	// Hangs up and ends the phone; kills it if it does not end.
	async end() {
		this.child?.kill('SIGTERM');
		const late = setTimeout(() => this.child?.kill('SIGKILL'), 3000);
		await this.closed;
		clearTimeout(late);
	}
}
