// `rollcall setup`: what is missing is made, what differs is changed, and nothing
// is done where anything is wrong.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import test from 'node:test';
import { data, freshSite } from '../lib/stack.mjs';

const sample = () => JSON.parse(readFileSync(data('site.json'), 'utf8'));

// A database without processes, with tests/data/site.json set up.
const freshDatabase = (options = {}) => freshSite({ start: false, ...options });

// Sets the document up; resolves to {status, stdout, stderr}.
async function setup(site, document) {
	const file = join(site.dir, 'change.json');
	writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
	return site.command('setup', file);
}

// All that setup writes, as text.
async function everything(site) {
	const admins = await site.sql('SELECT * FROM admin ORDER BY id');
	return JSON.stringify(admins) + await site.dump();
}

test('the same file twice changes nothing', async () => {
	const site = await freshDatabase();
	const before = await everything(site);
	const again = await setup(site, sample());
	assert.equal(again.stderr, '');
	assert.equal(again.stdout, 'nothing to change\n');
	assert.equal(again.status, 0);
	assert.ok(await everything(site) === before, 'the database is as it was');
});

test('tenants are numbered in the order of the file, and the next file goes on', async () => {
	const site = await freshDatabase({ setup: { tenants: [{ name: 'z' }, { name: 'a' }] } });
	assert.equal((await setup(site, { tenants: [{ name: 'n' }, { name: 'a' }, { name: 'b' }] })).status, 0);
	assert.deepEqual(await site.sql('SELECT id, name FROM tenant ORDER BY id'),
		[{ id: 1, name: 'z' }, { id: 2, name: 'a' }, { id: 3, name: 'n' }, { id: 4, name: 'b' }]);
});

test('every tenant has a template line named default', async () => {
	const site = await freshDatabase({ setup: { tenants: [{ name: 'one' }, { name: 'two', template_lines: ['default', 'lyon'] }] } });
	assert.deepEqual(await site.sql('SELECT tenant_id, name FROM line_template ORDER BY tenant_id, name'),
		[{ tenant_id: 1, name: 'default' }, { tenant_id: 2, name: 'default' }, { tenant_id: 2, name: 'lyon' }]);
});

test('what the file leaves out stays', async () => {
	const site = await freshDatabase();
	const before = await everything(site);
	const done = await setup(site, { tenants: [{ name: 'acme', contexts: [{ name: 'default', type: 'internal' }], admins: [{ username: 'alice' }] }] });
	assert.equal(done.stdout, 'nothing to change\n');
	assert.ok(await everything(site) === before, 'the database is as it was');
});

test('ranges are replaced, types, names and rights changed, one line each', async () => {
	const site = await freshDatabase();
	const document = sample();
	const [acme] = document.tenants;
	acme.name = 'acme group';
	acme.contexts[0].ranges = [{ kind: 'user', start: '1000', end: '1999', did_length: 3 }, { kind: 'user', start: '50', end: '59' }];
	acme.contexts.push({ name: 'out', type: 'outcall' });
	document.tenants[1].contexts[2].type = 'others';
	acme.admins[1].rights = ['users.read'];
	const done = await setup(site, document);
	assert.equal(done.stderr, '');
	assert.deepEqual(done.stdout.trim().split('\n'), [
		'changed tenant 1: its name is "acme group"',
		'made context "out" (outcall) in tenant "acme group"',
		'changed context "globex-only" (others) in tenant "globex"',
		'changed ranges of context "default" in tenant "acme group": 2 set, 2 removed',
		'changed rights of administrator reader of tenant "acme group"',
	]);
	assert.deepEqual(await site.sql(`SELECT range_start, low, high FROM context_range
		JOIN context ON context.id = context_id WHERE name = 'default' AND context.tenant_id = 1
		ORDER BY range_start`),
		[{ range_start: '1000', low: '000', high: '999' }, { range_start: '50', low: '50', high: '59' }]);
	assert.equal((await setup(site, document)).stdout, 'nothing to change\n');
});

test('names are stored in the normal form NFC, and a file finds them however it writes them', async () => {
	const site = await freshDatabase();
	const document = sample();
	document.tenants[0].labels.push('Acce\u0301s');
	assert.equal((await setup(site, document)).status, 0);
	assert.equal(await site.value(`SELECT count(*) FROM label WHERE name = 'Acc\u00e9s'`), 1);
	assert.equal((await setup(site, document)).stdout, 'nothing to change\n');
	const label = document.tenants[0].labels.length - 1;
	document.tenants[0].labels[label] = 'Acc\u00e9s';
	assert.equal((await setup(site, document)).stdout, 'nothing to change\n');
	await site.psql(`INSERT INTO label (tenant_id, name) VALUES (1, 'E\u0301t\u00e9')`);
	assert.equal(await site.value(`SELECT count(*) FROM label WHERE name = '\u00c9t\u00e9'`), 1);
});

test('a new password is hashed, and ends the sessions of its administrator alone', async () => {
	const site = await freshDatabase();
	await site.psql(`INSERT INTO session (token_hash, admin_id) SELECT sha256(username::bytea), id FROM admin`);
	const document = sample();
	document.tenants[0].admins[0].password = 'another-Secret-1';
	const done = await setup(site, document);
	assert.equal(done.stdout, 'changed password of administrator alice of tenant "acme"\n');
	assert.deepEqual(await site.sql(`SELECT username FROM admin JOIN session ON admin_id = admin.id ORDER BY 1`),
		[{ username: 'bob' }, { username: 'reader' }, { username: 'root' }]);
	const everywhere = await everything(site) + JSON.stringify(await site.sql('SELECT * FROM audit'));
	assert.doesNotMatch(everywhere, /another-Secret-1|alice-Secret-1/);
	assert.match(await site.value(`SELECT password_setting FROM admin WHERE username = 'alice'`), /^\$y\$/);
});

test('what is wrong is told by its path, and nothing is done', async () => {
	const site = await freshDatabase();
	const before = await everything(site);
	const document = sample();
	document.tenants[0].labels.push('fresh');
	document.tenants[0].contexts[1].ranges[0].start = '20x0';
	document.tenants[1].admins[0].rights.push('users.fly');
	const done = await setup(site, document);
	assert.equal(done.status, 1);
	assert.equal(done.stdout, '');
	assert.match(done.stderr, /^tenants\[0\]\.contexts\[1\]\.ranges\[0\]\.start: /m);
	assert.match(done.stderr, /^tenants\[1\]\.admins\[0\]\.rights\[7\]: /m);
	assert.ok(await everything(site) === before, 'the database is as it was');
});

test('what only the database knows is told by its path too', async () => {
	const site = await freshDatabase();
	const before = await everything(site);
	const done = await setup(site, {
		root: [{ username: 'alice' }, { username: 'newroot' }],
		tenants: [
			{ name: 'acme', uuid: '33333333-3333-4333-8333-333333333333', labels: ['fresh'] },
			{ name: 'other', uuid: '22222222-2222-4222-8222-222222222222', admins: [{ username: 'reader' }] },
			{ name: 'globex' },
		],
	});
	assert.equal(done.status, 1);
	assert.deepEqual(done.stderr.match(/^[\w.[\]]+(?=: )/gm).filter((path) => path !== 'rollcall'), [
		'tenants[0].uuid', 'tenants[2]', 'root[0].username', 'root[1].password',
		'tenants[1].admins[0].username',
	]);
	assert.ok(await everything(site) === before, 'the database is as it was');
});

test('a context keeps its type while numbers of that type are in it', async () => {
	const site = await freshDatabase();
	await site.psql(`INSERT INTO incall (tenant_id, context_id, exten)
		SELECT tenant_id, id, '2001' FROM context WHERE name = 'from-extern' AND tenant_id = 1`);
	const before = await everything(site);
	const document = sample();
	document.tenants[0].contexts[1].type = 'internal';
	document.tenants[0].labels.push('fresh');
	const refused = await setup(site, document);
	assert.equal(refused.status, 1);
	assert.match(refused.stderr, /^tenants\[0\]\.contexts\[1\]\.type: cannot change from incall: .*1 incalls/m);
	assert.ok(await everything(site) === before, 'the database is as it was');

	await site.psql('DELETE FROM incall');
	assert.equal((await setup(site, document)).status, 0);
});

test('a file that is no JSON is told by line and column, without quoting it', async () => {
	const site = await freshDatabase();
	for (const [text, message] of [
		['', /ends too early/],
		['{"root": [\n{"username": "r", "password": "s3cr3t" "s3cr3t"}]}', /line 2, column \d+: this is not valid JSON/],
		['{"tenants": [], "tenants": []}', /a key stands twice/],
		['{} x', /something follows/],
		[Buffer.from([0x7b, 0x22, 0xff, 0x22]), /not UTF-8/],
		['['.repeat(100000), /nested too deep/],
	]) {
		const file = join(site.dir, 'bad.json');
		writeFileSync(file, text);
		const done = await site.command('setup', file);
		assert.equal(done.status, 1, done.stderr);
		assert.match(done.stderr, message);
		assert.doesNotMatch(done.stderr, /s3cr3t/);
	}
	assert.equal((await site.command('setup', join(site.dir, 'nosuch.json'))).status, 3);
	assert.equal((await site.command('setup')).status, 2);
});

test('it waits for a running job', async () => {
	const site = await freshDatabase();
	const locked = `locktype = 'advisory' AND classid = 1
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
	// What the job of a tenant holds, until its row is seen to wait.
	const holder = site.psql(`DO $$
		BEGIN
			PERFORM pg_advisory_xact_lock_shared(1, 0);
			FOR i IN 1..1000 LOOP
				PERFORM pg_sleep(0.02);
				EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE ${locked} AND NOT granted);
			END LOOP;
			INSERT INTO audit (action) VALUES ('job ended');
		END $$`);
	// Only once it holds it.
	while (!await site.value(`SELECT EXISTS (SELECT FROM pg_locks WHERE ${locked})`))
		;
	const document = sample();
	document.tenants[0].labels.push('late');
	const done = await setup(site, document);
	await holder;
	assert.equal(done.status, 0);
	assert.match(done.stderr, /waiting for the running jobs/);
	assert.deepEqual((await site.sql(`SELECT action, admin_name FROM audit ORDER BY id DESC LIMIT 2`)).map(Object.values),
		[['setup', `${userInfo().username} (command line)`], ['job ended', null]]);
});

test('the export is the file of what there is: read again it changes nothing, in an empty database it makes the same', async () => {
	const site = await freshDatabase();
	const document = sample();
	Object.assign(document.tenants[0], { emergency_numbers: ['112'], trunks: [{ name: 'carrier', address: '192.0.2.1:5080', username: 'me',
		password: 'carrier-secret', context: 'from-extern', prefix: '0' }],
	call_permissions: [{ name: 'abroad', rules: [{ pattern: '_00.', allow: false, password: '4711' }] }, 'mobile'] });
	document.tenants[1].admins[0].disabled = true;
	assert.equal((await setup(site, document)).status, 0);
	const exported = await site.command('setup', '--export');
	assert.equal(exported.status, 0, exported.stderr);
	assert.equal((await setup(site, exported.stdout)).stdout, 'nothing to change\n');
	assert.equal((await site.command('setup', '--export')).stdout, exported.stdout);
	const written = JSON.parse(exported.stdout);
	assert.deepEqual(written.tenants[0].trunks[0].password, 'carrier-secret');
	assert.doesNotMatch(exported.stdout, /alice-Secret-1|\$y\$/);

	// Passwords of administrators are not known: who makes them anew gives them.
	const admins = [...written.root, ...written.tenants.flatMap((tenant) => tenant.admins)];
	for (const admin of admins)
		admin.password = 'a-new-Secret-1';
	const other = await freshDatabase({ setup: {} });
	assert.equal((await setup(other, written)).stderr, '');
	assert.equal((await other.command('setup', '--export')).stdout, exported.stdout);
});

test('an administrator is disabled and enabled by the file', async () => {
	const site = await freshDatabase();
	await site.psql(`INSERT INTO session (token_hash, admin_id) SELECT sha256('x'), id FROM admin WHERE username = 'bob'`);
	const document = { tenants: [{ name: 'globex', admins: [{ username: 'bob', disabled: true }] }] };
	assert.equal((await setup(site, document)).stdout, 'changed state of administrator bob of tenant "globex"\n');
	assert.equal(await site.value('SELECT count(*)::int FROM session'), 0);
	document.tenants[0].admins[0].disabled = false;
	assert.equal((await setup(site, document)).status, 0);
	assert.equal(await site.value(`SELECT disabled FROM admin WHERE username = 'bob'`), false);
});

test('a context includes others of its tenant, of this file or stored; what is none is told by its place', async () => {
	const site = await freshDatabase();
	const branch = { name: 'branch', type: 'internal', includes: ['default', 'annex'] };
	const file = (...contexts) => ({ tenants: [{ name: 'acme', contexts }] });
	const refused = await setup(site, file({ ...branch, includes: ['default', 'nosuch', 'branch', 'default', 5] }));
	assert.deepEqual(refused.stderr.trim().split('\n').slice(0, -1), [
		'tenants[0].contexts[0].includes[2]: a context does not include itself',
		'tenants[0].contexts[0].includes[3]: stands twice: also tenants[0].contexts[0].includes[0]',
		'tenants[0].contexts[0].includes[4]: must be a text in quotes']);
	const unknown = await setup(site, file({ ...branch, includes: ['default', 'nosuch'] }));
	assert.match(unknown.stderr, /^tenants\[0\]\.contexts\[0\]\.includes\[1\]: there is no context "nosuch" in this tenant$/m);
	const made = await setup(site, file(branch, { name: 'annex', type: 'internal' }));
	assert.deepEqual(made.stdout.trim().split('\n'), ['made context "annex" (internal) in tenant "acme"', 'made context "branch" (internal) in tenant "acme"',
		'changed inclusions of context "branch" in tenant "acme": 2 set, 0 removed']);
	assert.equal((await setup(site, file({ name: 'branch', type: 'internal' }))).stdout, 'nothing to change\n', 'what is not mentioned stays');
	assert.match((await site.command('setup', '--export')).stdout, /"includes": \["annex", "default"\]/);
	assert.equal((await setup(site, file({ ...branch, includes: ['annex'] }))).stdout,
		'changed inclusions of context "branch" in tenant "acme": 0 set, 1 removed\n');
});

test('numbers that a new range leaves outside are counted', async () => {
	const site = await freshDatabase();
	await site.psql(`INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, '1500' FROM context WHERE tenant_id = 1 AND name = 'default'`);
	const done = await setup(site, { tenants: [{ name: 'acme', contexts: [{ name: 'default', type: 'internal',
		ranges: [{ kind: 'user', start: '1000', end: '1099' }] }] }] });
	assert.match(done.stdout, /note: 1 numbers of context "default" are outside of its ranges now/);
});
