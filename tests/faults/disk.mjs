// No space left: where nginx keeps requests, and in the database, where the upload is
// stored, where it is read into, and where the users are.  Small file systems are
// mounted for it; where that is not allowed the cases are skipped and say so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { before, after } from 'node:test';
import { courseOf, ended, faultSite, forgetJobs, record, until } from './lib/faults.mjs';
import { Import, accepted, assertEnded, people } from './lib/kinds.mjs';

const mounts = [];
function mount(dir, size, owner) {
	execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k,mode=0700${owner ? `,uid=${owner}` : ''}`, 'faults', dir], { stdio: 'ignore' });
	mounts.push(dir);
}
function unmount(dir) {
	execFileSync('umount', ['-l', dir]);
	mounts.splice(mounts.indexOf(dir), 1);
}
process.on('exit', () => mounts.forEach((dir) => unmount(dir)));

function refused() {
	const dir = mkdtempSync('/tmp/rollcall-mount-');
	try {
		mount(dir, 64);
		unmount(dir);
		return false;
	} catch {
		return 'file systems cannot be mounted here';
	} finally {
		rmdirSync(dir);
	}
}
const skip = refused();
if (skip)
	record('disk full', 0, 0, `skipped: ${skip}`);

const n = 3000;
let all, site, look, api, kind;
before(async () => {
	all = await faultSite({ settings: { max_attempts: 3, full_pause: 1 } });
	({ site, look, api } = all);
	kind = new Import(look, n);
});
after(() => look.close());

const nothing = async () => {
	assert.equal(await kind.state(), 0);
	assert.equal(await look.ask('SELECT count(*) FROM job_chunk'), '0');
	assert.equal(await look.ask('SELECT count(*) FROM job'), '0');
};

async function wellAgain(file) {
	const id = await accepted(kind, api, file);
	await assertEnded(kind, look, await ended(look, id));
}

test('no space for the request in nginx', { skip }, async () => {
	const file = await kind.prepare();
	const alice = await site.client('alice');
	const dir = join(site.dir, 'tmp/body');
	mount(dir, 64);
	const answer = await api.import(file, {});
	assert.equal(answer.status, 503, answer.text);
	assert.match(answer.json.detail, /./);
	const form = await alice.upload(Buffer.from(file));
	assert.ok(form.status >= 500, String(form.status));
	assert.match(form.text, /Rollcall does not answer/);
	assert.equal((await alice.get('/services/ipbx/users')).status, 200, 'pages go on');
	await nothing();
	unmount(dir);
	await wellAgain(file);
	record('no space in nginx for the request', 2, 2, `${answer.status} and a page that says so; nothing stored; well again`);
});

// Moves a table to a file system of its own, which is soon full.
async function full(name, kilobytes, table, act) {
	const dir = mkdtempSync('/var/tmp/rollcall-space-');
	const owner = execFileSync('stat', ['-c', '%u', execFileSync('readlink', ['-f', await look.ask('SHOW data_directory')]).toString().trim()]).toString().trim();
	mount(dir, kilobytes, owner);
	await look.ask(`CREATE TABLESPACE ${name} LOCATION '${dir}'`);
	await move(table, name);
	try {
		await act();
	} finally {
		await until(() => move(table, 'pg_default').then(() => true, () => null), `${table} moved back`, 10);
		await until(() => look.ask(`DROP TABLESPACE ${name}`).then(() => true, () => null), `an empty ${name}`, 10);
		unmount(dir);
		rmdirSync(dir);
	}
}

const move = (table, space) => look.ask(`SET lock_timeout = '1s'; ALTER TABLE ${table} SET TABLESPACE ${space}`);

test('no space in the database for the upload', { skip }, async () => {
	const file = await kind.prepare();
	// Chunks are stored packed, so names that cannot be packed.
	const large = `firstname\n${Array.from({ length: 8000 }, () => randomBytes(60).toString('base64url')).join('\n')}\n`;
	const alice = await site.client('alice');
	await full('full_chunks', 128, 'job_chunk', async () => {
		const answer = await api.import(large, {});
		assert.equal(answer.status, 507, answer.text);
		assert.match(answer.json.detail, /no space left.*nothing was stored/);
		const form = await alice.upload(Buffer.from(large));
		assert.equal(form.status, 507);
		assert.match(form.text, /The disk is full|Le disque est plein/);
		assert.doesNotMatch(answer.text + form.text, /pg_tblspc|SQLSTATE/);
		await nothing();
		await move('job_chunk', 'pg_default');
		await wellAgain(file);
	});
	record('no space in the database for the upload', 2, 2, '507 and a page that says so; nothing stored; well again');
});

// The job is accepted and cannot be done: it is tried again, and given up with a
// reason in its log if the space does not come back; if it does, the job is done.
for (const back of [true, false])
	test(`no space in the database for the users, ${back ? 'back after an attempt' : 'for good'}`, { skip }, async () => {
		const file = await kind.prepare();
		let last;
		await full(back ? 'full_users' : 'full_users_2', 128, 'users', async () => {
			const id = await accepted(kind, api, file);
			if (back) {
				await until(async () => (await courseOf(look, id)).attempt >= 1
					&& (await courseOf(look, id)).log.some(({ event }) => /taken up again/.test(event)), 'an attempt that failed');
				assert.equal(await kind.state(), 0);
				await until(() => move('users', 'pg_default').then(() => true, () => null), 'the move');
				await assertEnded(kind, look, await ended(look, id));
				return;
			}
			const job = await ended(look, id);
			last = job.log.map(({ event }) => event);
			assert.equal(job.state, 'failed');
			assert.equal(await kind.state(), 0);
			assert.ok(last.some((event) => /no space/i.test(event)), last.join('\n'));
			const page = await (await site.client('alice')).get(`/services/ipbx/imports/${id}?show=log`);
			assert.match(page.text, /no space/i);
			await until(() => move('users', 'pg_default').then(() => true, () => null), 'the move');
			await forgetJobs(look);
			await wellAgain(file);
		});
		record(`no space in the database for the users, ${back ? 'back after an attempt' : 'for good'}`, 1, 1,
			back ? 'no half data; done by itself when space is back' : 'given up with its reason in the log; no half data; well again');
	});
