// `rollcall import` and `rollcall update`: reports, exit statuses, progress.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { data, freshSite, rollcall } from '../lib/stack.mjs';

let site;
before(async () => {
	site = await freshSite({ pages: 1, uploads: 1 });
});

const file = (text, name = 'users.csv') => {
	writeFileSync(join(site.dir, name), text);
	return join(site.dir, name);
};

// With a standard input; through script(1) on a terminal.  {status, stdout, stderr}.
function command(input, args, { terminal = false } = {}) {
	const words = [rollcall, '--config', join(site.dir, 'rollcall.conf'), ...args];
	return new Promise((done, fail) => {
		const child = terminal ? spawn('script', ['-qec', words.join(' '), '/dev/null']) : spawn(words[0], words.slice(1));
		const result = { stdout: '', stderr: '' };
		child.on('error', fail);
		child.stdin.on('error', () => {});
		child.stdin.end(input);
		child.stdout.on('data', (bytes) => { result.stdout += bytes; });
		child.stderr.on('data', (bytes) => { result.stderr += bytes; });
		child.on('close', (status) => done({ status, ...result }));
	});
}

const users = () => site.value('SELECT count(*) FROM users');

test('an import is applied and told in a sentence; plain lines on standard error', async () => {
	const done = await site.command('import', '--tenant', 'acme', data('seed_phones.csv'));
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /^job \d+ is done: 3 rows(, \w+ \d+)+, 1 warning\nwarning: row 4, line_protocol: an sccp line is kept, [^\n]+\n$/);
	assert.match(done.stdout, /users 3/);
	assert.match(done.stderr, /^(job \d+: \w+\n)*$/);
	assert.equal(await users(), 3);
	const job = (await site.sql('SELECT * FROM job ORDER BY id DESC LIMIT 1'))[0];
	assert.equal(job.file_name, 'seed_phones.csv');
	assert.match(job.admin_name, /\(command line\)$/);
});

test('standard input is a file too', async () => {
	const done = await command('firstname\nPipe\n', ['import', '--tenant', '1', '-']);
	assert.equal(done.status, 0, done.stderr);
	assert.equal(await site.value(`SELECT count(*) FROM users WHERE firstname = 'Pipe'`), 1);
});

test('errors in the file: each on a line, exit 1, nothing applied', async () => {
	const before = await users();
	const done = await site.command('import', '--tenant', 'acme', data('bad/many_errors.csv'));
	assert.equal(done.status, 1);
	const lines = done.stdout.trim().split('\n');
	const [, errors] = /^job \d+ failed, nothing was applied: 12 rows, (\d+) errors$/.exec(lines[0]);
	assert.ok(errors >= 16);
	assert.equal(lines.length, Number(errors) + 1);
	assert.equal(lines[1], 'error: row 2, firstname: Input Error - missing parameters: firstname');
	assert.equal(await users(), before);
});

test('warnings are told as well', async () => {
	const done = await site.command('import', '--tenant', 'acme', file('firstname,fistname\nWarned,x\n'));
	assert.equal(done.status, 0);
	assert.match(done.stdout, /, 1 warning\nwarning: .*fistname.*did you mean/);
});

test('what a cell holds does not steer the terminal', async () => {
	const done = await site.command('import', '--tenant', 'acme', file('firstname,email\nx,a\u001b[31m\u0007\u202e\n'));
	assert.equal(done.status, 1);
	assert.ok(!/[\u0000-\u0008\u000b-\u001f\u202e]/.test(done.stdout), JSON.stringify(done.stdout));
	assert.match(done.stdout, /\\u001b/);
});

test('--json is one JSON text on standard output and nothing else', async () => {
	const good = await site.command('import', '--tenant', 'acme', '--json', file('firstname\nJson\n'));
	assert.equal(JSON.parse(good.stdout).created.length, 1);
	const bad = await site.command('import', '--tenant', 'acme', '--json', file('lastname\nx\n'));
	assert.equal(bad.status, 1);
	assert.equal(JSON.parse(bad.stdout).errors[0].code, 'file');
});

test('an update changes users, and says what it left as it was', async () => {
	const uuid = await site.value(`SELECT uuid FROM users WHERE firstname = 'Json'`);
	const changed = await site.command('update', '--tenant', 'acme', file(`uuid,lastname\n${uuid},Changed\n`));
	assert.equal(changed.status, 0, changed.stdout + changed.stderr);
	assert.match(changed.stdout, /changed 1/);
	const json = await site.command('update', '--tenant', 'acme', '--json', file(`uuid,lastname\n${uuid},Changed\n`));
	const { updated, unchanged } = JSON.parse(json.stdout);
	assert.deepEqual([updated, unchanged], [[], 1]);
	const wrong = await site.command('update', '--tenant', 'globex', file(`uuid,lastname\n${uuid},Stolen\n`));
	assert.equal(wrong.status, 1);
	assert.match(wrong.stdout, /User was not found/);
});

test('all tenants: each row needs its entity', async () => {
	const without = await site.command('import', file('firstname\nx\n'));
	assert.equal(without.status, 1);
	assert.match(without.stdout, /missing parameters: entity_id; choose an entity \(--tenant .*add the column entity_id/);
	assert.equal((await site.command('import', file('entity_id,firstname\n1,Ent\n2,Ent\n'))).status, 0);
	assert.equal(await site.value(`SELECT count(DISTINCT tenant_id) FROM users WHERE firstname = 'Ent'`), 2);
});

test('on a terminal there is a bar, and it is gone at the end', async () => {
	await site.stop('worker');
	const running = command('', ['import', '--tenant', 'acme', file('firstname\nBar\n')], { terminal: true });
	await new Promise((done) => {
		const look = async () => ((await site.value(`SELECT count(*) FROM job WHERE state = 'queued'`)) > 0 ? done() : setTimeout(look, 50));
		look();
	});
	await site.start('worker');
	const done = await running;
	assert.equal(done.status, 0, done.stdout);
	assert.match(done.stdout, /\[\.{30}\] {3}0% {2}queued/);
	assert.match(done.stdout, /\r\u001b\[Kjob \d+ is done/);
});

test('a bad value of an option: exit 2, and the option as it is written, once', async () => {
	const before = await site.value('SELECT count(*) FROM job');
	for (const [args, text] of [
		[['update', '--match=foo'], '--match must be one of: uuid, username, email, exten, userfield'],
		[['import', '--encoding=foo'], '--encoding must be one of: utf-8, windows-1252'],
		[['import', '--set=foo:bar'], '--set: '],
		[['import', '--map=Poste:foo'], '--map: '],
		[['update', '--absent=delete', '--absent-confirm=0'], '--absent-confirm must be a number from 1 to 2147483647'],
		[['update', '--label=x'], '--label goes with absent (disable or delete) alone'],
		[['update', '--zeros=lost', '--zeros=lost'], '--zeros is there more than once'],
	]) {
		const done = await site.command(...args, '--tenant', 'acme', data('tab.csv'));
		assert.deepEqual([done.status, done.stdout], [2, ''], args.join(' '));
		assert.ok(done.stderr.startsWith(`rollcall: ${text}`), done.stderr);
		assert.doesNotMatch(done.stderr, /rollcall:.*rollcall:|--([a-z]+)\b.*: \1\b|absent_confirm/);
	}
	assert.equal(await site.value('SELECT count(*) FROM job'), before);
});

test('arguments that make no sense: exit 2, nothing stored', async () => {
	const before = await site.value('SELECT count(*) FROM job');
	for (const args of [['import'], ['import', 'a', 'b'], ['import', '--nothing', 'a'], ['update'], ['update', '--tenant'],
		['import', '--dry-run'], ['import', '--tenant', 'nowhere', data('tab.csv')]]) {
		const done = await site.command(...args);
		assert.equal(done.status, 2, args.join(' '));
		assert.equal(done.stdout, '');
		assert.notEqual(done.stderr, '');
	}
	assert.equal(await site.value('SELECT count(*) FROM job'), before);
});

test('the system fails: exit 3, and it is said what', async () => {
	const missing = await site.command('import', '--tenant', 'acme', join(site.dir, 'nothing.csv'));
	assert.equal(missing.status, 3);
	assert.match(missing.stderr, /nothing\.csv.*No such file/);
	assert.equal((await site.command('import', '--tenant', 'acme', site.dir)).status, 3, 'a directory');
	const away = join(site.dir, 'away.conf');
	writeFileSync(away, 'database = host=/nonexistent dbname=x\n');
	const done = await site.command('--config', away, 'import', data('tab.csv'));
	assert.equal(done.status, 3);
});

test('a job that was given up: exit 3', async () => {
	await site.stop('worker');
	const running = command('', ['import', '--tenant', 'acme', file('firstname\nGone\n')]);
	await new Promise((done) => {
		const look = async () => ((await site.value(`SELECT count(*) FROM job WHERE state = 'queued'`)) > 0 ? done() : setTimeout(look, 50));
		look();
	});
	await site.psql(`UPDATE job SET state = 'failed', attempt = 5, started_at = now(), ended_at = now() WHERE state = 'queued'`);
	const done = await running;
	assert.equal(done.status, 3, done.stdout);
	assert.match(done.stderr, /given up after 5 attempts/);
	await site.start('worker');
});
