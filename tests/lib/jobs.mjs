// Jobs without the web: an upload is stored in the tables as the pages do it, the real worker runs
// it, and its result is read.  One psql stays open, so that hundreds of small files are quick.
//
//   const jobs = new Jobs(site);
//   const job = await jobs.run('update', csv({ uuid, exten: '1234' }));
//   job.state, job.errors, job.warnings, job.counts, job.issues
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { cluster, root } from './stack.mjs';

export { csv } from './csv.mjs';

const userTables = { voicemail: 'id', users: 'id', line: 'id', extension: 'id', incall: 'id', user_label: 'user_id, label_id',
	user_call_permission: 'user_id, call_permission_id' };

const mark = '-- end of answer --';

// One psql of the superuser, asked one question after the other.
class Session {
	constructor(db) {
		this.child = spawn(join(root, 'nginx/stack/do.sh'), ['cluster_sql', cluster, db, '-At'],
			{ stdio: ['pipe', 'pipe', 'pipe'] });
		this.out = '';
		this.err = '';
		this.queue = Promise.resolve();
		this.child.stdout.setEncoding('utf8').on('data', (text) => this.#took(text));
		this.child.stderr.setEncoding('utf8').on('data', (text) => { this.err += text; });
		this.child.on('close', () => this.fail?.(new Error(`psql ended: ${this.err}`)));
		this.child.stdin.on('error', () => {});
	}

	#took(text) {
		this.out += text;
		if (!this.out.endsWith(`${mark}\n`))
			return;
		const answer = this.out.slice(0, -mark.length - 2);
		this.out = '';
		this.done(answer);
	}

	// Resolves to what psql prints for the statements.
	ask(text) {
		const asked = this.queue.then(() => new Promise((done, fail) => {
			Object.assign(this, { done, fail });
			this.child.stdin.write(`${text};\n\\echo ${mark}\n`);
		}));
		this.queue = asked.catch(() => {});
		return asked;
	}

	close() {
		this.child.stdin.end();
	}
}

export class Jobs {
	constructor(site) {
		this.session = new Session(site.db);
	}

	// Rows of a query: [{column: value}].
	async sql(text) {
		return JSON.parse(await this.session.ask(`SELECT coalesce(json_agg(q), '[]') FROM (${text}) q`));
	}

	async value(text) {
		const [row] = await this.sql(text);
		return row && Object.values(row)[0];
	}

	// Statements.
	async psql(text) {
		return this.session.ask(text);
	}

	// Stores the file (text or bytes) as a job of the tenant, 0 for all of them.
	async store(kind, file, { tenant = 1, admin = 'alice', options = {} } = {}) {
		const bytes = Buffer.from(file);
		const of = tenant === 0 ? 'NULL' : tenant;
		const chunks = [];
		for (let at = 0; at < bytes.length || at === 0; at += 262144)
			chunks.push(`(currval('job_id_seq'), 'upload', ${chunks.length}, ${of}, '\\x${bytes.subarray(at, at + 262144).toString('hex')}')`);
		return Number(await this.session.ask(`BEGIN;
			INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes, sha256, nonce, secrets, deletes, options)
			SELECT ${of}, id, username, '${kind}', 'users.csv', ${bytes.length},
				'\\x${createHash('sha256').update(bytes).digest('hex')}', '${randomBytes(16).toString('hex')}',
				root OR 'users.secrets' = ANY (rights), root OR 'users.delete' = ANY (rights), '${JSON.stringify(options)}'
			FROM admin WHERE username = '${admin}' RETURNING id;
			INSERT INTO job_chunk (job_id, kind, seq, tenant_id, data) VALUES ${chunks.join(',\n')};
			NOTIFY rollcall_job;
			COMMIT`));
	}

	async ended(id, seconds = 120) {
		// Looked for often, so by as little as can be asked.
		const end = Date.now() + seconds * 1000;
		while (await this.session.ask(`SELECT 1 FROM job WHERE id = ${id} AND ended_at IS NOT NULL`) === '') {
			if (Date.now() > end)
				throw new Error(`job ${id} has not ended: ${await this.session.ask(`SELECT to_json(job) FROM job WHERE id = ${id}`)}`);
			await new Promise((done) => setTimeout(done, 5));
		}
		return JSON.parse(await this.session.ask(`SELECT to_json(j) FROM (SELECT *, (
			SELECT coalesce(json_agg(i ORDER BY n), '[]') FROM (
				SELECT n, level, code, key, row_number AS row, line, column_name AS column, value, params
				FROM job_issue WHERE job_id = job.id) i) AS issues
			FROM job WHERE id = ${id}) j`));
	}

	// Stores a job and waits for its end; resolves to its row, with `issues`.
	async run(kind, file, options) {
		return this.ended(await this.store(kind, file, options));
	}

	// Undoes a job, stored as the API does it; resolves to the job of the undo.
	async undo(id, options = {}) {
		return this.ended(Number((await this.session.ask(`INSERT INTO job (tenant_id, admin_id, admin_name, kind, file_name, bytes,
			sha256, nonce, options, secrets, undoes) SELECT tenant_id, admin_id, admin_name, 'undo', file_name, 0, sha256(''),
			gen_random_uuid()::text, '${JSON.stringify(options)}', true, id FROM job WHERE id = ${id} RETURNING id; NOTIFY rollcall_job`)).trim()));
	}

	// Every row of every table of users, without generated columns.
	content() {
		return this.value(`SELECT json_build_object(${Object.entries(userTables).map(([name, order]) =>
			`'${name}', (SELECT json_agg(to_jsonb(t) - 'account' ORDER BY ${order}) FROM ${name} t)`).join(', ')})`);
	}

	close() {
		this.session.close();
	}
}
