// What the fault tests share: a site, a quick look at its database, and the table of
// what was seen.  The jobs are in kinds.mjs, the random moments in moments.mjs.
//
// FAULTS=n repeats each case n times, SEED=n repeats the moments of another run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { apiOf } from '../../lib/api.mjs';
import { Random } from '../../lib/random.mjs';
import { cluster, freshSite, stack } from '../../lib/stack.mjs';

export const times = Number(process.env.FAULTS ?? 3);
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
export const random = new Random(seed);
export const pause = (ms) => new Promise((done) => setTimeout(done, Math.max(0, ms)));

console.log(`# SEED=${seed} FAULTS=${times}`);

// A line of the table: how often the fault was made, how often it met the job at work,
// and where it met it: {phase: how often}.
export function record(fault, hits, met, held, phases) {
	console.log(`# ${fault}: ${met} of ${hits} met it; ${held}${phases ? `; ${JSON.stringify(phases)}` : ''}`);
	if (process.env.FAULTS_OUT)
		appendFileSync(process.env.FAULTS_OUT, `${JSON.stringify({ fault, hits, met, held, phases })}\n`);
}

// Until `look` resolves to something true, which is the result.
export async function until(look, what, seconds = 30) {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = await look();
		if (found)
			return found;
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s for ${what}`);
		await pause(5);
	}
}

// The database as its superuser sees it, in one session that is quick to ask and is
// opened again after its server went away.
export class Look {
	constructor(site) {
		this.site = site;
	}

	async open() {
		const host = (await stack('cluster_where', cluster)).trim();
		this.psql = spawn('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-h', host, '-U', 'postgres', '-d', this.site.db]);
		this.said = '';
		this.psql.stdin.on('error', () => {});
		this.psql.stderr.on('data', (text) => { this.said += text; });
		this.lines = createInterface({ input: this.psql.stdout })[Symbol.asyncIterator]();
	}

	// What psql prints for statements; throws where the connection is lost.
	async ask(text) {
		if (!this.psql)
			await this.open();
		this.psql.stdin.write(`${text};\n\\echo =end=\n`);
		const rows = [];
		for (;;) {
			const { value, done } = await this.lines.next();
			if (done) {
				this.psql = null;
				throw new Error(`psql: ${this.said}\n${text}`);
			}
			if (value === '=end=')
				return rows.join('\n');
			rows.push(value);
		}
	}

	async json(text) {
		return JSON.parse(await this.ask(`SELECT coalesce(json_agg(q), '[]') FROM (${text}) q`));
	}

	// Until the server answers.
	back() {
		return until(() => this.ask('SELECT 1').catch(() => null), 'the database', 60);
	}

	close() {
		this.psql?.stdin.end();
		this.psql = null;
	}
}

// Until the server has noticed that a backend was killed: it ends all sessions then.
export const crashed = (look) => until(() => look.ask('SELECT 1').then(() => false, () => true), 'the crash', 5);

// Also what is counted and made of them: triggers are off while they are emptied.
const tables = `users, line, extension, incall, voicemail, user_label, user_call_permission,
	number_count, user_count, user_search, user_search_note, user_search_stale, user_order, user_order_note`;
// Beside what refers to them.
const jobs = 'job, job_row, job_row_block, job_change, job_planned, job_made, job_row_change, job_change_block, job_row_secret';

// A site of its own, what looks at it, and a client of its API.
export async function faultSite(options = {}) {
	const site = await freshSite({ ...options, settings: { max_attempts: 50, ...options.settings } });
	// The tests' cluster is quick and has no replication; here what was committed must be there
	// after a crash, and COMMIT can wait for a standby.
	for (const setting of ['synchronous_commit = on', "wal_level = 'replica'", 'max_wal_senders = 2'])
		await site.psql(`ALTER SYSTEM SET ${setting}`);
	await stack('cluster_stop', cluster);
	await stack('cluster_start', cluster);
	const look = new Look(site);
	await look.back();
	return { site, look, api: apiOf(site, 'alice') };
}

// Again where a worker has a lock on one of them: it has a job's end to tell yet.
// The triggers that keep links refuse a TRUNCATE, so they are off for it.
const truncate = (look, names) => until(() => look.ask(`SET lock_timeout = '2s'; SET session_replication_role = replica;
	TRUNCATE ${names} CASCADE; RESET session_replication_role; RESET lock_timeout`)
	.then(() => true, () => null), 'empty tables');

// Forgets all users and jobs, or the jobs alone.
export const empty = (look) => truncate(look, `${tables}, ${jobs}`);
export const forgetJobs = (look) => truncate(look, jobs);

// Holds the COMMIT of a job that is done while somebody has the advisory lock (99, tenant).
export const holdCommits = (look) => look.ask(`CREATE FUNCTION fault_hold() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS
	$$ BEGIN PERFORM pg_advisory_xact_lock_shared(99, NEW.tenant_id); RETURN NULL; END $$;
	CREATE CONSTRAINT TRIGGER fault_hold AFTER UPDATE ON job DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION fault_hold()`);

// The process id of the backend whose COMMIT of a job waits for `event`.
export const inCommit = (look, event = 'advisory') => until(() => look.ask(`SELECT pid FROM pg_stat_activity
	WHERE query ~ '^\\s*COMMIT' AND wait_event = '${event}' AND application_name = 'rollcall worker (work)'
		AND datname = current_database()`), `COMMIT at ${event}`);

// What no job may change before it is applied: a digest of each table, but for those of
// jobs, sessions, the audit trail and the figures of /metrics, which count cancelled jobs too,
// and those that workers make of the users for lists and searches, in their own time.
export async function snapshot(look) {
	const names = await look.json(`SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
		AND relname !~ '^(admin|figure|job|session|audit|token|throttle|login_|user_search|user_order|user_count)' ORDER BY relname`);
	const digests = {};
	for (const { relname } of names)
		digests[relname] = await look.ask(`SELECT count(*), sum(hashtextextended(t::text, 1)) FROM ${relname} t`);
	return digests;
}

// ---- a job's course

const course = `SELECT state, phase, attempt - attempts_before AS attempt, percent, plan, counts, errors, warnings,
	(extract(epoch FROM queued_at) * 1000)::float8 AS queued, (extract(epoch FROM ended_at) * 1000)::float8 AS ended,
	(SELECT json_agg(json_build_object('at', extract(epoch FROM at) * 1000, 'event', event) ORDER BY n)
		FROM job_log WHERE job_id = job.id) AS log,
	(SELECT array_agg(DISTINCT kind ORDER BY kind) FROM job_chunk WHERE job_id = job.id) AS kept FROM job`;

export async function courseOf(look, id) {
	const [job] = await look.json(`${course} WHERE id = ${id}`);
	return { ...job, log: job.log ?? [] };
}

export const ended = (look, id, seconds = 60) => until(async () => {
	const job = await look.ask(`SELECT 1 FROM job WHERE id = ${id} AND ended_at IS NOT NULL`).catch(() => '');
	return job === '1' && courseOf(look, id);
}, `the end of job ${id}`, seconds);
