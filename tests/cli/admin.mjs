// `rollcall admin`, and how the program answers a command line.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { freshSite, rollcall, root } from '../lib/stack.mjs';

let site;
before(async () => {
	site = await freshSite({ start: false });
});

// The command with a standard input; resolves to {status, stdout, stderr}.
function command(input, ...args) {
	return new Promise((done, fail) => {
		const child = spawn(rollcall, ['--config', join(site.dir, 'rollcall.conf'), ...args]);
		const result = { stdout: '', stderr: '' };
		child.on('error', fail);
		child.stdin.on('error', () => {});	// it may end without reading
		child.stdin.end(input);
		child.stdout.on('data', (bytes) => { result.stdout += bytes; });
		child.stderr.on('data', (bytes) => { result.stderr += bytes; });
		child.on('close', (status) => done({ status, ...result }));
	});
}

const admin = (username) => site.sql(`SELECT * FROM admin WHERE username = '${username}'`).then(([row]) => row);

test('an administrator of a tenant is made', async () => {
	const done = await command('carol-Secret-1\n', 'admin', 'add', 'carol', '--tenant', 'acme',
		'--rights', 'users.read,users.import', '--language', 'fr');
	assert.deepEqual(done, { status: 0, stdout: 'made administrator carol\n', stderr: '' });
	const row = await admin('carol');
	assert.match(row.password_setting, /^\$y\$[^$]+\$[^$]+\$$/);
	assert.deepEqual({ tenant: row.tenant_id, root: row.root, rights: row.rights, language: row.language },
		{ tenant: 1, root: false, rights: ['users.read', 'users.import'], language: 'fr' });
});

test('a root administrator is made', async () => {
	assert.equal((await command('rosa-Secret-1', 'admin', 'add', 'rosa', '--root')).status, 0);
	const row = await admin('rosa');
	assert.deepEqual({ tenant: row.tenant_id, root: row.root }, { tenant: null, root: true });
});

test('what is wrong with a new administrator is told, and nothing is made', async () => {
	const before = await site.value('SELECT count(*) FROM admin');
	const add = (password, ...args) => command(password, 'admin', 'add', ...args);
	const good = ['--tenant', 'acme', '--rights', 'all'];
	for (const [done, message] of [
		[await add('short\n', 'dave', ...good), /at least 8 characters/],
		[await add('', 'dave', ...good), /at least 8 characters/],
		[await add(`${'x'.repeat(5000)}\n`, 'dave', ...good), /too long/],
		[await add('dave-Secret-1\r\n', 'dave', ...good), /control character/],
		[await add('dave-Secret-1', 'd ve', ...good), /user name is/],
		[await add('dave-Secret-1', 'ALICE', ...good), /there is an administrator "ALICE" already/],
		[await add('dave-Secret-1', 'dave', '--tenant', 'nosuch', '--rights', 'all'), /no tenant "nosuch"/],
		[await add('dave-Secret-1', 'dave', '--tenant', 'acme', '--rights', 'fly'), /no such right/],
		[await add('dave-Secret-1', 'dave', ...good, '--language', 'de'), /the languages are: en fr/],
	]) {
		assert.equal(done.status, 1, done.stderr);
		assert.match(done.stderr, message);
		assert.equal(done.stdout, '');
		assert.doesNotMatch(done.stderr, /dave-Secret/);
	}
	assert.equal(await site.value('SELECT count(*) FROM admin'), before);
});

test('a new password ends the sessions', async () => {
	await site.psql(`INSERT INTO session (token_hash, admin_id)
		SELECT sha256('reader'), id FROM admin WHERE username = 'reader'`);
	const old = (await admin('reader')).password_proof;
	assert.equal((await command('reader-Secret-2\n', 'admin', 'passwd', 'Reader')).status, 0);
	assert.notEqual((await admin('reader')).password_proof, old);
	assert.equal(await site.value(`SELECT count(*) FROM session WHERE token_hash = sha256('reader')`), 0);
	assert.equal((await command('reader-Secret-2', 'admin', 'passwd', 'nobody')).status, 1);
});

test('a disabled administrator has no session left, and may be enabled again', async () => {
	await site.psql(`INSERT INTO session (token_hash, admin_id)
		SELECT sha256(username::bytea), id FROM admin WHERE username IN ('alice', 'bob')`);
	assert.equal((await command('', 'admin', 'disable', 'alice')).stdout, 'disabled alice\n');
	assert.equal((await admin('alice')).disabled, true);
	assert.equal(await site.value('SELECT count(*) FROM session'), 1);
	assert.equal((await command('', 'admin', 'enable', 'alice')).stdout, 'enabled alice\n');
	assert.equal((await admin('alice')).disabled, false);
});

test('the list shows everybody, and no hash', async () => {
	const { status, stdout } = await command('', 'admin', 'list');
	assert.equal(status, 0);
	assert.match(stdout, /^root +\(root\) +en +enabled +all$/m);
	assert.match(stdout, /^bob +globex +- +enabled +users\.read,/m);
	assert.doesNotMatch(stdout, /\$/);
});

test('what was done is in the audit, without passwords', async () => {
	const rows = await site.sql(`SELECT action, admin_name, detail FROM audit WHERE action LIKE 'admin.%' AND detail ->> 'username' IN ('carol', 'Reader', 'alice') ORDER BY id`);
	assert.deepEqual(rows.map((row) => row.action),
		['admin.add', 'admin.add', 'admin.passwd', 'admin.disable', 'admin.enable']);
	for (const row of rows)
		assert.equal(row.admin_name, `${userInfo().username} (command line)`);
	assert.doesNotMatch(JSON.stringify(await site.sql('SELECT * FROM audit')), /Secret|\$y\$/);
});

test('a command line that makes no sense is answered with how to call it', async () => {
	for (const args of [
		[], ['nosuch'], ['admin'], ['admin', 'fly'], ['admin', 'add'], ['admin', 'add', 'dave'],
		['admin', 'add', 'dave', '--root', '--tenant', 'acme', '--rights', 'all'],
		['admin', 'add', 'dave', '--root', '--rights', 'all'], ['admin', 'add', 'dave', '--tenant', 'acme'],
		['admin', 'add', 'dave', 'a-password', '--root'], ['admin', 'list', 'x'], ['admin', 'passwd'],
		['migrate', 'x'], ['config', 'x'], ['version', 'x'], ['fields', 'x'], ['web', 'x'], ['worker', 'x'],
	]) {
		const done = await command('', ...args);
		assert.equal(done.status, 2, args.join(' '));
		assert.match(done.stderr, /usage: rollcall/);
		assert.equal(done.stdout, '');
	}
});

test('help, version, config and fields answer', async () => {
	assert.match((await command('', 'help')).stdout, /^usage: rollcall/);
	assert.match((await command('', 'version')).stdout, /^rollcall \d+\.\d+\.\d+\n$/);
	assert.match((await command('', 'config')).stdout, /^database = .*rollcall\.conf:\d+$/m);
	const fields = (await command('', 'fields')).stdout.trim().split('\n');
	assert.match(fields[1], /^uuid /);
	assert.ok(fields.some((line) => /^firstname +text +always +at most 128 characters/.test(line)));
});

test('a database that is not there is the system\'s fault', async () => {
	const env = { ...process.env, ROLLCALL_CONFIG: '/dev/null', ROLLCALL_SHARE_DIR: root,
		ROLLCALL_DATABASE: 'host=/nonexistent dbname=x' };
	const child = spawn(rollcall, ['migrate'], { env });
	let stderr = '';
	child.stderr.on('data', (bytes) => { stderr += bytes; });
	const status = await new Promise((done) => child.on('close', done));
	assert.equal(status, 3);
	assert.match(stderr, /database: no connection/);
});
