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
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from './client.mjs';
import { closeBrowser, openContext } from './browser.mjs';

const run = promisify(execFile);

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const data = (name) => join(root, 'tests/data', name);
export const rollcall = process.env.ROLLCALL ?? join(root, 'build/rollcall');

const doScript = join(root, 'nginx/stack/do.sh');
const env = { ...process.env, ROLLCALL: rollcall };

// Runs a function of nginx/stack/lib.sh; resolves to its output.
export async function stack(name, ...args) {
	const { stdout } = await run(doScript, [name, ...args.map(String)], { env, maxBuffer: 64 << 20 });
	return stdout;
}

const stackSync = (name, ...args) =>
	execFileSync(doScript, [name, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });

// ---- the run: its directory and its cluster

let work = process.env.STACK_DIR;
const alone = !work;
if (alone) {
	work = mkdtempSync(join(tmpdir(), 'rollcall-'));
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
	await closeBrowser();
	for (const site of [...sites])
		await site.close();
	// Handles that a failed test has left open must not keep the process alive.
	setTimeout(() => process.exit(1), 30000).unref();
});

let clusterReady;
function startCluster() {
	clusterReady ??= alone ? stack('cluster_start', cluster, 'fast') : Promise.resolve();
	return clusterReady;
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
	constructor(dir, db, options) {
		this.dir = dir;
		this.db = db;
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
	async psql(text) {
		return stack('cluster_sql', cluster, this.db, '-At', '-c', text);
	}

	// The tenants' data as text, to compare before and after.  Jobs, sessions and
	// the audit trail are not part of it.
	async dump() {
		const host = (await stack('cluster_where', cluster)).trim();
		const { stdout } = await run('pg_dump', ['-h', host, '-U', 'postgres', '-d', this.db, '--data-only',
			...notData.map((table) => `--exclude-table=${table}`)], { maxBuffer: 256 << 20 });
		// Newer releases guard the text with a random word.
		return stdout.replace(/^\\(un)?restrict .*\n/gm, '');
	}

	// The same without the sequences: a transaction that was rolled back has advanced them.
	async content() {
		return (await this.dump()).replace(/^SELECT pg_catalog\.setval.*\n/gm, '');
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

	// A page in a new browser context (options as of playwright's newContext).
	async page(user, options = {}) {
		const context = await openContext({ baseURL: this.url, ...options });
		const page = await context.newPage();
		if (user)
			await login(page, user, this.passwords[user]);
		return page;
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
			await new Promise((done) => setTimeout(done, 50));
		}
	}

	async close() {
		if (!sites.delete(this))
			return;
		await stack('site_stop', this.dir);
		await stack('cluster_sql', cluster, 'postgres', '-c', `DROP DATABASE ${this.db} WITH (FORCE)`);
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
	await startCluster();
	const template = options.setup ? 'empty' : 'site';
	await stack('cluster_template', cluster, template, ...(options.setup ? [] : [data('site.json')]));

	const dir = mkdtempSync(join(work, 'site-'));
	chmodSync(dir, 0o711);
	const db = `site_${process.pid}_${++count}`;
	await stack('cluster_database', cluster, db, template);

	const more = Object.entries(options.settings).map(([name, value]) => `${name} = ${value}\n`).join('');
	execFileSync(doScript, ['site_conf', dir, cluster, db], { env, input: more });

	let setup = options.setup ?? data('site.json');
	if (typeof setup === 'object') {
		setup = join(dir, 'site.json');
		writeFileSync(setup, JSON.stringify(options.setup));
	}
	const site = new Site(dir, db, { ...options, passwords: passwordsOf(setup) });
	if (options.setup) {
		const done = await site.command('setup', setup);
		if (done.status !== 0)
			throw new Error(`setup: ${done.stderr}`);
		await stack('cluster_cheap_passwords', cluster, db, setup);
	}

	sites.add(site);
	if (!options.start)
		return site;
	const [port, tlsPort] = await freePorts(2);
	await stack('site_start', dir, port, tlsPort, options.pages, options.uploads, options.workers);
	site.url = `http://127.0.0.1:${port}`;
	site.tlsUrl = `https://127.0.0.1:${tlsPort}`;
	return site;
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
