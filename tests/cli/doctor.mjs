// `rollcall doctor` on an installation that is well, and on eleven that are not: each fault is
// named, with what to do.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { freshSite, rollcall, root } from '../lib/stack.mjs';

const run = promisify(execFile);
const site = await freshSite({ pages: 1, uploads: 1, workers: 1 });
await site.psql(`ALTER DATABASE ${site.db} SET log_error_verbosity = terse`);
// Changes a setting of the server; resolves when it is in force.
async function server(name, value) {
	await site.psql(`ALTER SYSTEM SET ${name} = '${value}'`);
	await site.psql('SELECT pg_reload_conf()');
	while ((await site.psql(`SHOW ${name}`)).trim() !== value)
		await new Promise((resolve) => setTimeout(resolve, 50));
}
// The servers of tests do without.
await server('fsync', 'on');
await server('full_page_writes', 'on');

// The machine around it: certificate, nginx's site, sockets.
const machine = join(site.dir, 'machine');
const certificate = join(machine, 'etc/rollcall/tls/cert.pem');
const nginx = join(machine, 'etc/nginx/sites-available/rollcall');
for (const path of ['etc/rollcall/tls', 'etc/nginx/sites-available', 'run'])
	mkdirSync(join(machine, path), { recursive: true });
symlinkSync(join(site.dir, 'sock'), join(machine, 'run/rollcall'));
const certify = (days) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
	'-nodes', '-days', String(days), '-subj', '/CN=pbx', '-keyout', '/dev/null', '-out', certificate], { stdio: 'ignore' });
const serve = (mb) => writeFileSync(nginx, readFileSync(join(root, 'nginx/rollcall-site.nginx'), 'utf8').replace('@BODY_MB@', mb));
certify(300);
serve(51);

const conf = readFileSync(join(site.dir, 'rollcall.conf'), 'utf8');
async function doctor(change = (text) => text) {
	const file = join(site.dir, 'doctor.conf');
	writeFileSync(file, change(conf));
	const env = { ...process.env, DOCTOR_ROOT: machine };
	const { stdout, status, stderr } = await run(rollcall, ['--config', file, 'doctor', '--json'], { env })
		.then((done) => ({ ...done, status: 0 }), (error) => ({ ...error, status: error.code }));
	return { status, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
}

const named = (found) => found.findings.filter((one) => one.verdict !== 'ok').map((one) => one.check);

// Makes one fault, looks, and takes it back.
async function broken({ status, check, text }, make, unmake) {
	await make();
	try {
		const found = await doctor();
		assert.deepEqual(named(found).filter((one) => one !== check), [], JSON.stringify(found, null, 1));
		const one = found.findings.find((finding) => finding.check === check && finding.verdict !== 'ok');
		assert.match(one?.text ?? '', text);
		assert.ok(one.remedy.length > 5, 'says what to do');
		assert.equal(found.status, status);
	} finally {
		await unmake();
	}
}

test('an installation that is well: exit 0, in words and as JSON', async () => {
	const found = await doctor();
	assert.deepEqual([found.status, found.verdict, named(found)], [0, 'ok', []], JSON.stringify(found));
	const { stdout } = await run(rollcall, ['--config', join(site.dir, 'rollcall.conf'), 'doctor'],
		{ env: { ...process.env, DOCTOR_ROOT: machine } });
	assert.match(stdout, /^ok {6}schema {14}is the one of this program$/m);
});

test('1. no worker runs', () => broken({ status: 2, check: 'workers', text: /none is connected/ },
	() => site.stop('worker'), async () => {
		await site.start('worker');
		for (const end = Date.now() + 10000; Date.now() < end && (await doctor()).status !== 0;)
			;
	}));

test('2. the schema is that of another program', () => broken({ status: 2, check: 'schema', text: /its schema is version \d+/ },
	() => site.psql("INSERT INTO migration (version, name, sha256) VALUES (9999, 'later', 'x')"),
	() => site.psql('DELETE FROM migration WHERE version = 9999')));

test('3. a right was lost, as by a restore', () => broken({ status: 2, check: 'rollcall_worker', text: /may not read: extension/ },
	() => site.psql('REVOKE SELECT ON extension FROM rollcall_worker'),
	() => site.psql('GRANT SELECT ON extension TO rollcall_worker')));

test('4. rows can come into the log of the server', () => broken(
	{ status: 1, check: 'log_error_verbosity', text: /is default/ },
	() => site.psql(`ALTER DATABASE ${site.db} SET log_error_verbosity = 'default'`),
	() => site.psql(`ALTER DATABASE ${site.db} SET log_error_verbosity = terse`)));

test('5. the certificate ends soon, has ended, is none', async () => {
	await broken({ status: 1, check: 'certificate', text: /ends in \d+ days/ }, () => certify(7), () => {});
	await broken({ status: 2, check: 'certificate', text: /is not a certificate/ }, () => writeFileSync(certificate, 'x'), () => {});
	await broken({ status: 2, check: 'certificate', text: /No such file/ }, () => rmSync(certificate), () => certify(300));
});

test('6. nginx takes less than the program', () => broken({ status: 2, check: 'nginx', text: /requests of 20 MB, and max_upload_mb is 50/ },
	() => serve(20), () => serve(51)));

test('7. a socket is not there', () => broken({ status: 2, check: 'sockets', text: /pages\.sock is not there/ },
	() => rmSync(join(machine, 'run/rollcall')), () => symlinkSync(join(site.dir, 'sock'), join(machine, 'run/rollcall'))));

test('8. row level security does not bind the owner', () => broken({ status: 2, check: 'tenants', text: /users/ },
	() => site.psql('ALTER TABLE users NO FORCE ROW LEVEL SECURITY'),
	() => site.psql('ALTER TABLE users FORCE ROW LEVEL SECURITY')));

test('9. nobody can sign in', () => broken({ status: 1, check: 'administrators', text: /nobody can sign in/ },
	() => site.psql('UPDATE admin SET disabled = true'), () => site.psql('UPDATE admin SET disabled = false')));

test('10. settings: a database that is not there, keepalives off, a log that cannot be written, an old backup, a wrong name', async () => {
	const gone = await doctor((text) => text.replace(/dbname=\S+/, 'dbname=no_such_one'));
	assert.equal(gone.status, 2);
	assert.deepEqual(named(gone), ['rollcall_owner', 'rollcall_web', 'rollcall_worker']);
	assert.match(gone.findings.at(-1).text, /no_such_one/);
	const off = await doctor((text) => text.replace(/^(database.*)$/m, '$1 keepalives=0'));
	assert.deepEqual([off.status, named(off)], [1, ['database']]);
	const log = await doctor((text) => text.replace(/^log_file.*$/m, 'log_file = /no/such/folder/import.log'));
	assert.deepEqual([log.status, named(log)], [2, ['log_file']]);
	const mails = await doctor((text) => `${text}sendmail = sendmail -t -i\n`);
	assert.deepEqual([mails.status, named(mails)], [2, ['sendmail']]);
	// Postfix's, which hands mails to a program with the rights of a group.
	const sendmail = join(machine, 'usr/sbin/sendmail');
	mkdirSync(join(machine, 'usr/sbin'), { recursive: true });
	for (const name of ['sendmail', 'postdrop'])
		writeFileSync(join(machine, 'usr/sbin', name), '#!/bin/sh\n', { mode: 0o755 });
	const withMail = (text) => `${text}sendmail = ${sendmail} -t -i\n`;
	assert.equal((await doctor(withMail)).status, 0);
	chmodSync(join(machine, 'usr/sbin/postdrop'), 0o2755);
	const setgid = await doctor(withMail);
	assert.deepEqual([setgid.status, named(setgid)], [1, ['sendmail']]);
	assert.match(setgid.findings.find((one) => one.check === 'sendmail').text, /needs the rights of another group.*postdrop/);
	const backups = join(site.dir, 'backups');
	mkdirSync(backups);
	utimesSync(backups, new Date('2020-01-01'), new Date('2020-01-01'));
	const old = await doctor((text) => `${text}backup_dir = ${backups}\n`);
	assert.deepEqual([old.status, named(old)], [1, ['backup']]);
	const wrong = await doctor((text) => `${text}max_row = 3\n`);
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /there is no setting "max_row"/);
});

test('11. the server loses what was stored in a power cut, or waits for a standby that is not there', async () => {
	await broken({ status: 2, check: 'durability', text: /wait for the standby nobody/ },
		() => server('synchronous_standby_names', 'nobody'), () => server('synchronous_standby_names', ''));
	// The last test: other files' servers go on without.
	for (const name of ['fsync', 'full_page_writes'])
		await broken({ status: 2, check: 'durability', text: /a power cut can lose/ },
			() => server(name, 'off'), () => {});
});
