// `rollcall import|update --dry-run`, and what Ctrl-C does at each moment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { stands, until, whileHeld } from '../lib/held.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite, rollcall } from '../lib/stack.mjs';

let site, jobs;
before(async () => {
	site = await freshSite({ pages: 1, uploads: 1 });
	jobs = new Jobs(site);
});
after(() => jobs?.close());

const file = (text) => {
	writeFileSync(join(site.dir, 'users.csv'), text);
	return join(site.dir, 'users.csv');
};
const count = (name) => jobs.value(`SELECT count(*)::int FROM users WHERE firstname = '${name}'`);
const lastJob = async () => (await jobs.sql('SELECT * FROM job ORDER BY id DESC LIMIT 1'))[0];

// A command that goes on: {child, out, ended}; with a terminal through script(1), whose shell makes way
// for the command (exec), as some shells would die of the Ctrl-C that is meant for it.
function begin(args, { terminal = false } = {}) {
	const words = [rollcall, '--config', join(site.dir, 'rollcall.conf'), ...args];
	const child = terminal ? spawn('script', ['-qec', `exec ${words.join(' ')}`, '/dev/null']) : spawn(words[0], words.slice(1));
	const out = { stdout: '', stderr: '' };
	child.stdin.on('error', () => {});
	child.stdout.on('data', (bytes) => { out.stdout += bytes; });
	child.stderr.on('data', (bytes) => { out.stderr += bytes; });
	const ended = new Promise((done, fail) => {
		child.on('error', fail);
		child.on('close', (status, signal) => done({ status, signal, ...out }));
	});
	return { child, out, ended };
}

// Sends a file and resolves once its job stands at the lock of its tenant.
async function running(args, options) {
	const before = (await lastJob())?.id ?? 0;
	const command = begin(args, options);
	const { id } = await until(async () => {
		const job = await lastJob();
		return job?.id > before && job;
	}, 'the job');
	await stands(jobs, id);
	return { ...command, id };
}

test('an import is checked: a table, exit 0, nothing applied', async () => {
	const done = await site.command('import', '--tenant', 'acme', '--dry-run', file(
		'firstname,line_protocol,context,exten,labels\nDry,sip,default,1001,sales\nDry,sccp,default,,\n'));
	assert.equal(done.status, 0, done.stderr);
	assert.equal(done.stdout.replace(/^job \d+/, 'job'), [
		'job was checked, nothing was applied: 2 rows, 1 warning',
		'                  create  update  unchanged',
		'users                  2       0          0',
		'lines                  2       -          -',
		'extensions             1       0          -',
		'incalls                0       0          -',
		'voicemails             0       0          0',
		'call permissions       0       -          -',
		'labels                 1       -          -',
		'warning: row 3, line_protocol: an sccp line is kept, but its telephone does not ring here', ''].join('\n'));
	assert.match(done.stderr, /^(job \d+: \w+\n)*$/);
	assert.equal(await count('Dry'), 0);
});

test('an update is checked: each cell that would change, then the warnings', async () => {
	await site.command('import', '--tenant', 'acme', file('firstname,lastname,userfield,call_permission_password\nAda,Byron,"a\u001b[31m""b",4711\nCharles,Babbage,,\n'));
	const [ada, charles] = (await jobs.sql(`SELECT uuid FROM users WHERE firstname IN ('Ada', 'Charles') ORDER BY id`)).map((row) => row.uuid);
	const text = `uuid,lastname,userfield,call_permission_password,line_protocol,context,typo\n${ada},Lovelace,,0815,sip,default,\n${charles},Babbage,,,,,\n`;
	const done = await site.command('update', '--tenant', 'acme', '--dry-run', file(text));
	assert.equal(done.status, 0, done.stderr);
	const lines = done.stdout.trimEnd().split('\n');
	assert.match(lines[0], /^job \d+ was checked, nothing was applied: 2 rows, 1 warning$/);
	assert.equal(lines[1], '                  create  update  unchanged  remove  detach');
	assert.equal(lines[2], 'users                  0       1          1       -       -');
	assert.equal(lines[3], 'lines                  1       0          0       0       0');
	assert.deepEqual(lines.slice(9), [
		'row 2, Ada Byron: lastname: "Byron" -> "Lovelace"',
		'row 2, Ada Byron: call_permission_password: "********" -> "********"',
		'row 2, Ada Byron: userfield: "a\\u001b[31m"b" -> (empty)',
		'row 2, Ada Byron: line_protocol: (empty) -> "sip"',
		'row 2, Ada Byron: context: (empty) -> "default"',
		'row 2, Ada Byron: line_site: (empty) -> "default"',
		'row 2, Ada Byron: sip_username: (empty) -> (generated)',
		'row 2, Ada Byron: sip_secret: (empty) -> (generated)',
		'warning: line 1, typo: typo is ignored: it is not a column']);
	assert.ok(!/4711|0815/.test(done.stdout));
	assert.equal(await jobs.value(`SELECT lastname FROM users WHERE uuid = '${ada}'`), 'Byron');

	const json = JSON.parse((await site.command('update', '--tenant', 'acme', '--dry-run', '--json', file(text))).stdout);
	assert.deepEqual([json.plan.update, json.changes.length, json.warnings.length], [1, 8, 1]);
	assert.deepEqual(json.changes[0], { row_number: 1, line: 2, uuid: ada, user: 'Ada Byron', column: 'lastname', old: 'Byron', new: 'Lovelace', generated: false });
});

test('errors: exit 1 and the errors, as ever', async () => {
	const done = await site.command('import', '--tenant', 'acme', '--dry-run', file('firstname,email\n,no\n'));
	assert.equal(done.status, 1);
	assert.match(done.stdout, /^job \d+ failed, nothing was applied: 1 row, 2 errors\nerror: row 2, firstname/);
	const json = await site.command('import', '--tenant', 'acme', '--dry-run', '--json', file('firstname,email\n,no\n'));
	assert.deepEqual([json.status, JSON.parse(json.stdout).errors.length], [1, 2]);
});

for (const signal of ['SIGINT', 'SIGTERM'])
	test(`${signal} while the job runs: it is cancelled, exit 3`, async () => {
		await whileHeld(jobs, async () => {
			const { child, ended, id } = await running(['import', '--tenant', 'acme', file('firstname\nStopped\n')]);
			child.kill(signal);
			const done = await ended;
			assert.deepEqual([done.status, done.stdout], [3, '']);
			assert.match(done.stderr, new RegExp(`^job ${id}: its cancellation is asked for; waiting for its end$`, 'm'));
			assert.match(done.stderr, new RegExp(`^rollcall: job ${id} was cancelled: nothing was applied$`, 'm'));
			const job = await lastJob();
			assert.deepEqual([job.id, job.state], [id, 'cancelled']);
			assert.match(job.cancelled_by, /\(command line\)$/);
		});
		assert.equal(await count('Stopped'), 0);
	});

test('while it waits in the queue, and checks only', async () => {
	await site.stop('worker');
	const { child, ended } = begin(['import', '--tenant', 'acme', '--dry-run', '--json', file('firstname\nQueued\n')]);
	await until(async () => (await lastJob()).state === 'queued', 'the job');
	child.kill('SIGINT');
	const done = await ended;
	assert.deepEqual([done.status, done.stdout], [3, '']);
	assert.equal((await lastJob()).state, 'cancelled');
	await site.start('worker');
});

test('Ctrl-C before the file is stored stores nothing', async () => {
	const before = (await lastJob()).id;
	const { child, ended } = begin(['import', '--tenant', 'acme', '-']);
	child.stdin.write('firstname\nHalf\n');
	await until(() => jobs.value(`SELECT 1 FROM pg_stat_activity WHERE application_name = 'rollcall command' AND state = 'idle in transaction'`), 'the upload');
	child.kill('SIGINT');
	child.stdin.end();
	const done = await ended;
	assert.equal(done.status, 3);
	assert.equal(done.stderr, 'rollcall: interrupted: nothing was stored\n');
	assert.equal((await lastJob()).id, before);
});

test('twice: it leaves at once, and the job is cancelled all the same', async () => {
	await whileHeld(jobs, async () => {
		const { child, ended, id, out } = await running(['import', '--tenant', 'acme', file('firstname\nTwice\n')]);
		for (const pid of site.pids('worker'))
			process.kill(pid, 'SIGSTOP');
		child.kill('SIGINT');
		await until(() => out.stderr.includes('is asked for'), 'the first');
		child.kill('SIGINT');
		const done = await ended;
		assert.equal(done.status, 3);
		assert.match(done.stderr, new RegExp(`^rollcall: not waited for: the page of job ${id} tells the rest$`, 'm'));
		for (const pid of site.pids('worker'))
			process.kill(pid, 'SIGCONT');
		assert.equal((await site.jobEnded(id)).state, 'cancelled');
	});
});

test('done before it could be cancelled: that is said, and reported, exit 0', async () => {
	await whileHeld(jobs, async () => {
		const { child, ended, id } = await running(['import', '--tenant', 'acme', file('firstname\nFast\n')]);
		// The command sleeps while its job ends.
		child.kill('SIGSTOP');
		child.kill('SIGINT');
		await jobs.psql('SELECT pg_advisory_unlock(2, 1)');
		await site.jobEnded(id);
		child.kill('SIGCONT');
		const done = await ended;
		assert.equal(done.status, 0, done.stderr);
		assert.match(done.stderr, new RegExp(`^job ${id} is done: it could no longer be cancelled$`, 'm'));
		assert.match(done.stdout, new RegExp(`^job ${id} is done: 1 row, users 1`));
		await jobs.psql('SELECT pg_advisory_lock(2, 1)');
	});
	assert.equal(await count('Fast'), 1);
});

test('somebody else cancels it: exit 3', async () => {
	await whileHeld(jobs, async () => {
		const { ended, id } = await running(['import', '--tenant', 'acme', file('firstname\nOther\n')]);
		await jobs.psql(`UPDATE job SET cancelled_by = 'alice' WHERE id = ${id}; SELECT pg_notify('rollcall_cancel', '${id}')`);
		const done = await ended;
		assert.equal(done.status, 3);
		assert.match(done.stderr, /was cancelled: nothing was applied/);
	});
});

test('on a terminal: phase, percent and time in the bar, and Ctrl-C is a key', async () => {
	await whileHeld(jobs, async () => {
		const { child, ended, id, out } = await running(['import', '--tenant', 'acme', file('firstname\nKeys\n')], { terminal: true });
		await until(() => /\[[#.]{30}\] +\d+% {2}(reading|judging) {2}0:0\d/.test(out.stdout), 'the bar');
		await jobs.psql(`UPDATE job SET percent = 50, phase = 'applying', expected_at = clock_timestamp() + interval '75 s' WHERE id = ${id}`);
		await until(() => /\[#{15}\.{15}\] {2}50% {2}applying {2}0:\d\d, about 1:1\d left/.test(out.stdout), 'the rest');
		child.stdin.write('\x03');
		const done = await ended;
		assert.equal(done.status, 3, done.stdout);
		assert.match(done.stdout, new RegExp(`\\r\\u001b\\[Krollcall: job ${id} was cancelled: nothing was applied\\r\\n$`));
	});
	assert.equal(await count('Keys'), 0);
});
