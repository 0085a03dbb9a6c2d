// `rollcall export`: the users on standard output.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { before } from 'node:test';
import { parseCsv, parseObjects } from '../lib/csv.mjs';
import { addPeople } from '../lib/people.mjs';
import { freshSite } from '../lib/stack.mjs';

let site;
before(async () => {
	site = await freshSite({ start: false });
	await addPeople(site);
	await site.psql(`UPDATE users SET userfield = '=1+1' WHERE firstname = 'Fodé'`);
});

const exported = async (...options) => {
	const { status, stdout, stderr } = await site.command('export', ...options);
	assert.equal(stderr, '');
	assert.equal(status, 0);
	return stdout;
};

test('all tenants, secrets too, without a byte order mark', async () => {
	const text = await exported();
	assert.ok(text.startsWith('uuid,'));
	const users = parseObjects(text);
	assert.equal(users.length, 46);
	assert.deepEqual([...new Set(users.map((user) => user.entity_id))], ['1', '2']);
	assert.equal(users.find((user) => user.firstname === 'Fodé').sip_secret, 'hush-hush');
});

test('one tenant, by its number, uuid or name', async () => {
	const sums = [];
	for (const tenant of ['2', '22222222-2222-4222-8222-222222222222', 'globex']) {
		const text = await exported('--tenant', tenant);
		assert.deepEqual(parseObjects(text).map((user) => user.firstname), ['Foreign']);
		sums.push(createHash('sha256').update(text).digest('hex'));
	}
	assert.equal(new Set(sums).size, 1);
});

test('a formula is guarded unless values are to be as they are', async () => {
	const field = async (...options) => parseObjects(await exported(...options)).find((user) => user.firstname === 'Fodé').userfield;
	assert.equal(await field(), "'=1+1");
	assert.equal(await field('--raw'), '=1+1');
});

test('chosen columns', async () => {
	assert.deepEqual(parseCsv(await exported('--columns', 'exten,context', '--tenant', 'globex')),
		[['uuid', 'exten', 'context'], ['00000000-0000-4000-8000-000000000005', '1000', 'default']]);
});

test('what makes no sense is refused with nothing on standard output', async () => {
	for (const [status, said, ...options] of [[2, /there is no column "nope"/, '--columns', 'exten,nope'],
		[2, /nowhere/, '--tenant', 'nowhere'], [2, /usage: rollcall export/, 'file.csv'], [2, /usage/, '--nope']]) {
		const done = await site.command('export', ...options);
		assert.equal(done.status, status, options.join(' '));
		assert.equal(done.stdout, '');
		assert.match(done.stderr, said);
	}
});

test('it is in the audit as done from the command line', async () => {
	await exported('--tenant', 'globex', '--columns', 'exten');
	const [last] = await site.sql(`SELECT * FROM audit WHERE action = 'user.export' ORDER BY id DESC LIMIT 1`);
	assert.deepEqual([last.admin_id, last.tenant_id, last.address], [null, 2, null]);
	assert.deepEqual(last.detail, { tenant: 'globex', users: 1, secrets: false, columns: ['uuid', 'exten'] });
});

test('a disk that is full is said', async () => {
	const { execFile } = await import('node:child_process');
	const { rollcall } = await import('../lib/stack.mjs');
	const done = await new Promise((resolve) => execFile('sh', ['-c', 'exec "$0" --config "$1" export >/dev/full',
		rollcall, `${site.dir}/rollcall.conf`], (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stderr })));
	assert.equal(done.status, 3);
	assert.match(done.stderr, /standard output: cannot be written/);
});
