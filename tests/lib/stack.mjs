// A private Rollcall for a test file: nginx, web processes, workers, database.
//
//   const site = await freshSite();            // tests/data/site.json is set up
//   const alice = await site.client('alice');  // signed in, without a browser
//   const page = await site.page('alice');     // signed in, in Chromium
//
// There is one database cluster for a whole run of tests/run (STACK_DIR is its directory); if a file
// is run alone, it is made here.  Everything that was started ends with the process, in whatever way
// that ends.
import { after } from 'node:test';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { served } from './axe.mjs';
import { Client } from './client.mjs';
import { closeBrowser, openContext } from './browser.mjs';
import { Database } from './database.mjs';

const run = promisify(execFile);

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const data = (name) => join(root, 'tests/data', name);
export const rollcall = process.env.ROLLCALL ?? join(root, 'build/rollcall');

const doScript = join(root, 'nginx/stack/do.sh');
const env = { ...process.env, ROLLCALL: rollcall };

// Runs a function of nginx/stack/lib.sh, with `input` on its standard input; resolves to its output.
async function stackWith(input, more, name, ...args) {
	const running = run(doScript, [name, ...args.map(String)], { env: { ...env, ...more }, maxBuffer: 64 << 20 });
	// Most functions read nothing, and may have ended before.
	running.child.stdin.on('error', () => {}).end(input);
	return (await running).stdout;
}

export const stack = (...call) => stackWith('', {}, ...call);

const stackSync = (name, ...args) =>
	execFileSync(doScript, [name, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });

// ---- the run: its directory and its cluster

let work = process.env.STACK_DIR;
const alone = !work;
if (alone) {
	// A file of tests/run that wants a cluster of its own has it where theirs are.
	work = mkdtempSync(join(process.env.WORK ?? tmpdir(), 'rollcall-'));
	chmodSync(work, 0o711);
}
export const cluster = join(work, 'cluster');
const sites = new Set();

process.on('exit', () => {
	for (const site of sites)
		stackSync('site_stop', site.dir);
	if (alone) {
		if (existsSync(cluster))
			stackSync('cluster_remove', cluster);
		rmSync(work, { recursive: true, force: true });
	}
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => process.exit(1));

after(async () => {
	// Handles that a failed test has left open must not keep the process alive, nor what fails here.
	setTimeout(() => process.exit(1), 60000).unref();
	await closeBrowser();
	for (const site of [...sites])
		await site.close();
});

let server;
async function startCluster() {
	server ??= (async () => {
		if (alone)
			await stack('cluster_start', cluster, 'fast');
		return new Database((await stack('cluster_where', cluster)).trim(), 'postgres');
	})();
	return server;
}

// ---- free ports

export async function freePorts(n) {
	const servers = await Promise.all(Array.from({ length: n }, () => new Promise((done, fail) => {
		const server = createServer();
		server.on('error', fail);
		server.listen(0, '127.0.0.1', () => done(server));
	})));
	const ports = servers.map((server) => server.address().port);
	await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
	return ports;
}

// ---- one site

const notData = ['admin*', 'figure', 'user_search*', 'user_order*', '*_count', 'job*', 'session*', 'audit*', 'token*', 'throttle*',
	'login_*'];

class Site {
	constructor(dir, database, options) {
		this.dir = dir;
		this.database = database;
		this.db = database.name;
		this.options = options;
		this.passwords = options.passwords;
	}

	// Rows as the superuser reads them, without row level security: [{column: value}].
	async sql(text) {
		const out = await this.psql(`SELECT coalesce(json_agg(q), '[]') FROM (${text}) q`);
		return JSON.parse(out);
	}

	// The first column of the first row.
	async value(text) {
		const [row] = await this.sql(text);
		return row && Object.values(row)[0];
	}

	// Runs any statement; resolves to what psql prints.
	psql(text) {
		return this.database.ask(text);
	}

	// The tenants' data as text, to compare before and after.  Jobs, sessions and
	// the audit trail are not part of it.
	async dump() {
		const like = notData.map((name) => `'${name.replace('_', '\\_').replace('*', '%')}'`).join(', ');
		const all = await this.value(`SELECT string_agg(CASE relkind
				WHEN 'S' THEN format('SELECT ''sequence %1$s'', last_value, is_called FROM %1$s', name)
				ELSE format('SELECT ''table %1$s (%2$s)''; SELECT ROW(%2$s)::text FROM %1$s', name, columns) END, '; ' ORDER BY relkind, name)
			FROM pg_class c CROSS JOIN LATERAL (SELECT c.oid::regclass::text AS name, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
				FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns) as written
			WHERE relkind IN ('r', 'S') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
				AND NOT (pg_table_is_visible(c.oid) AND relname LIKE ANY (ARRAY[${like}]))
				AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')`);
		return this.psql(`BEGIN ISOLATION LEVEL REPEATABLE READ; ${all}; COMMIT`);
	}

	// The same without the sequences: a transaction that was rolled back has advanced them.
	async content() {
		return (await this.dump()).replace(/^sequence .*\n/gm, '');
	}

	// ---- processes: name is pages, uploads, worker or nginx

	// Ends all processes of that name with SIGTERM, or with another signal.
	async stop(name, signal = 'TERM') {
		await stack('proc_stop', this.dir, name, signal);
	}

	async start(name) {
		if (name === 'worker')
			await stack('worker_start', this.dir, this.options.workers);
		else
			await stack('pool_start', this.dir, name, this.options[name]);
	}

	// Ids of the processes that do the work, not of their supervisors.
	pids(name) {
		const parent = readFileSync(join(this.dir, 'pid', `${name}.pid`), 'utf8').trim();
		return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim()
			.split(/\s+/).filter(Boolean).map(Number);
	}

	log(name = 'import') {
		const file = join(this.dir, 'log', `${name}.log`);
		return existsSync(file) ? readFileSync(file, 'utf8') : '';
	}

	// The command line on this site; resolves to {status, stdout, stderr}.
	async command(...args) {
		try {
			const done = await run(rollcall, ['--config', join(this.dir, 'rollcall.conf'), ...args], { env });
			return { status: 0, ...done };
		} catch (error) {
			return { status: error.code, stdout: error.stdout, stderr: error.stderr };
		}
	}

	// ---- clients

	// An HTTP client with cookies; signed in where a user is named.
	async client(user) {
		const client = new Client(this.url);
		if (user)
			await client.login(user, this.passwords[user]);
		return client;
	}

	// A page in a new browser context (options as of playwright's newContext).  Who is named has
	// signed in without the browser; login() below does it by the form.
	async page(user, options = {}) {
		const context = await openContext({ baseURL: this.url, ...options });
		if (user) {
			const { cookies } = await this.client(user);
			await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: this.url, httpOnly: true, sameSite: 'Lax' })));
		}
		return context.pages()[0] ?? context.newPage();
	}

	// Waits for the first answer; a page is asked for, so the program and its database answer too.
	async untilUp(seconds = 20) {
		const sockets = ['pages', 'uploads'].map((name) => join(this.dir, 'sock', `${name}.sock`));
		for (const end = Date.now() + seconds * 1000; ;) {
			const answer = sockets.every(existsSync) && await fetch(`${this.url}/login`).catch(() => null);
			await answer?.text?.();
			if (answer?.ok)
				return;
			if (Date.now() > end)
				throw new Error(`the site does not start\n${['nginx', 'pages', 'worker'].map((name) => this.log(name)).join('')}`);
			await new Promise((done) => setTimeout(done, 5));
		}
	}

	// Requests a page until it is answered (after a pool was started).
	async untilAnswered(path, seconds = 10) {
		const client = await this.client();
		for (const end = Date.now() + seconds * 1000; ;) {
			const answer = await client.get(path).catch(() => ({ status: 502 }));
			if (answer.status < 502 || Date.now() > end)
				return answer;
			await new Promise((done) => setTimeout(done, 50));
		}
	}

	// ---- jobs

	async job(id) {
		const [job] = await this.sql(`SELECT * FROM job WHERE id = ${Number(id)}`);
		return job;
	}

	// Waits until the job has ended and resolves to its row.
	async jobEnded(id, seconds = 60) {
		const end = Date.now() + seconds * 1000;
		for (;;) {
			const job = await this.job(id);
			if (job && job.ended_at)
				return job;
			if (Date.now() > end)
				throw new Error(`job ${id} has not ended: ${JSON.stringify(job)}\n${this.log('worker')}`);
			await new Promise((done) => setTimeout(done, 10));
		}
	}

	async close() {
		if (!sites.delete(this))
			return;
		this.database.close();
		await stack('site_stop', this.dir);
		await (await server).ask(`DROP DATABASE ${this.db} WITH (FORCE)`);
		if (alone || !process.env.KEEP)
			rmSync(this.dir, { recursive: true, force: true });
	}
}

let count = 0;

// A site of its own.  Options: settings ({page_wait: 1, ...}), setup (an object or a
// file for `rollcall setup` in place of tests/data/site.json), and the number of
// processes: pages, uploads, workers.  With start: false there are none, only the
// database and the command line.
export async function freshSite(options = {}) {
	options = { start: true, pages: 2, uploads: 2, workers: 1, settings: {}, ...options };
	const postgres = await startCluster();
	// What is set up is kept as a template, for the other sites of the run that are set up alike.
	let setup = data('site.json'), template = 'site';
	if (options.setup) {
		const text = typeof options.setup === 'object' ? JSON.stringify(options.setup) : readFileSync(options.setup, 'utf8');
		template = `setup_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
		setup = join(work, `${template}.json`);
		writeFileSync(setup, text);
	}
	for (const [name, ...from] of [['empty'], [template, setup, 'empty']])
		if ((await postgres.ask(`SELECT 1 FROM pg_database WHERE datname = '${name}'`)) === '')
			await stack('cluster_template', cluster, name, ...from);

	const dir = mkdtempSync(join(work, 'site-'));
	chmodSync(dir, 0o711);
	const db = `site_${process.pid}_${++count}`;
	await postgres.ask(`CREATE DATABASE ${db} OWNER rollcall_owner TEMPLATE ${template} STRATEGY file_copy`);

	const more = Object.entries(options.settings).map(([name, value]) => `${name} = ${value}\n`).join('');
	const site = new Site(dir, new Database(postgres.directory, db), { ...options, passwords: passwordsOf(setup) });
	sites.add(site);
	if (!options.start) {
		await stackWith(more, {}, 'site_new', dir, cluster, db);
		return site;
	}
	const { certificate, mb } = await (alike ??= sitesAlike());
	for (const name of ['phones', 'tls'])
		mkdirSync(join(dir, name));
	writeFileSync(join(dir, 'phones/axe.nginx'), served);
	for (const name of ['cert.pem', 'key.pem'])
		copyFileSync(join(certificate, name), join(dir, 'tls', name));
	const [port, tlsPort] = await freePorts(2);
	await stackWith(more, { UPLOAD_MB: options.settings.max_upload_mb ?? mb }, 'site_new', dir, cluster, db,
		port, tlsPort, options.pages, options.uploads, options.workers);
	site.url = `http://127.0.0.1:${port}`;
	site.tlsUrl = `https://127.0.0.1:${tlsPort}`;
	await site.untilUp();
	return site;
}

// What the sites of a run have alike is made once: the certificate, and the default of max_upload_mb.
let alike;
async function sitesAlike() {
	const dir = join(work, 'alike'), kept = join(dir, 'max_upload_mb');
	if (!existsSync(kept)) {
		await stack('site_conf', dir, cluster, 'site');
		await stack('site_certificate', dir);
		writeFileSync(kept, (await stack('site_setting', dir, 'max_upload_mb')).trim());
	}
	return { certificate: join(dir, 'tls'), mb: readFileSync(kept, 'utf8') };
}

function passwordsOf(file) {
	const site = JSON.parse(readFileSync(file, 'utf8'));
	const admins = [...(site.root ?? []), ...(site.tenants ?? []).flatMap((tenant) => tenant.admins ?? [])];
	return Object.fromEntries(admins.map((admin) => [admin.username, admin.password]));
}

// Signs in by the form.
export async function login(page, username, password) {
	await page.goto('/login');
	await page.fill('input[name=username]', username);
	await page.fill('input[name=password]', password);
	await Promise.all([
		page.waitForURL((url) => url.pathname !== '/login'),
		page.press('input[name=password]', 'Enter'),
	]);
}
