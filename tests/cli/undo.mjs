// `rollcall undo`: the plan, the undo, what was changed since, and jobs that are not there.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Jobs, csv } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, jobs;
before(async () => {
	site = await freshSite({ pages: 1, uploads: 1 });
	jobs = new Jobs(site);
});
after(() => jobs?.close());

const undo = (...args) => site.command('undo', '--tenant', 'acme', ...args);
const lines = ({ stdout }) => stdout.replace(/^job \d+/gm, 'job').trimEnd().split('\n');
const lastJob = () => jobs.value('SELECT max(id)::int FROM job');
const named = (firstname) => jobs.sql(`SELECT uuid, lastname, exten FROM user_row WHERE firstname = '${firstname}'`);

test('the plan has each cell under its user, and a number that comes back under who gets it', async () => {
	await jobs.run('import', csv([{ firstname: 'Ann', lastname: 'Lee', userfield: 'A1', line_protocol: 'sip', context: 'default', exten: '1501' }]));
	const file = join(site.dir, 'leavers.csv');
	writeFileSync(file, 'userfield,_delete\nA1,1\n');
	const sent = await site.command('update', '--tenant', 'acme', '--match=userfield', file);
	assert.equal(sent.status, 0, sent.stderr);
	const job = await lastJob();

	const plan = lines(await undo('--dry-run', job));
	assert.deepEqual(plan.slice(0, 4).map((line) => line.trim().replace(/ +/g, ' ')),
		['job was checked, nothing was applied', 'create update remove', 'users 1 0 0', 'lines 1 0 0']);
	const cells = plan.filter((line) => line.includes(' -> '));
	assert.ok(cells.every((line) => line.startsWith('Ann Lee: ')), cells.join('\n'));
	assert.equal(cells[1], 'Ann Lee: firstname: (empty) -> "Ann"', 'in the order of a file');
	assert.ok(cells.includes('Ann Lee: exten: (empty) -> "1501"'), cells.join('\n'));
	assert.deepEqual(await named('Ann'), [], 'nothing was done');

	assert.deepEqual(lines(await undo(job)), ['job is done; users: 1 came back']);
	assert.equal((await named('Ann'))[0].exten, '1501');
	assert.deepEqual(lines(await undo(await lastJob())), ['job is done; users: 1 deleted'], 'undone again');
});

test('what was changed since stays and is told, with --force it is undone too', async () => {
	await jobs.run('import', csv([{ firstname: 'Bob' }, { firstname: 'Cyd' }]));
	const [[bob], [cyd]] = [await named('Bob'), await named('Cyd')];
	const { id } = await jobs.run('update', csv([{ uuid: bob.uuid, lastname: 'File' }, { uuid: cyd.uuid, lastname: 'File' }]));
	await jobs.run('update', csv([{ uuid: bob.uuid, lastname: 'Since' }]));
	const kept = await undo(id);
	assert.equal(kept.status, 0, kept.stderr);
	assert.deepEqual(lines(kept), ['job is done; users: 1 changed back, 1 warning', "warning: lastname: Bob Since: lastname was changed since: it stays 'Since'"]);
	assert.deepEqual([(await named('Bob'))[0].lastname, (await named('Cyd'))[0].lastname], ['Since', null]);
	assert.deepEqual(lines(await undo('--force', id)), ['job is done; users: 1 changed back']);
	assert.equal((await named('Bob'))[0].lastname, null);
});

test('a job that is undone already is said to be so, and by which job', async () => {
	await jobs.run('import', csv([{ firstname: 'Fay' }]));
	const { id } = await jobs.run('update', csv([{ uuid: (await named('Fay'))[0].uuid, lastname: 'File' }]));
	assert.deepEqual(lines(await undo(id)), ['job is done; users: 1 changed back']);
	const first = await lastJob();
	for (const option of [['--dry-run'], []]) {
		const again = await undo(...option, id);
		assert.equal(again.status, 0, again.stderr);
		assert.equal(again.stdout.trimEnd().split('\n').at(-1), `job ${id} was undone already, by job ${first}`);
	}
	// Done again by an undo of the undo, it can be undone.
	await jobs.undo(first);
	assert.equal((await named('Fay'))[0].lastname, 'File');
	assert.deepEqual(lines(await undo(id)), ['job is done; users: 1 changed back']);
});

test('what is empty since is said to be empty', async () => {
	await jobs.run('import', csv([{ firstname: 'Gil', userfield: 'old' }]));
	const [{ uuid }] = await named('Gil');
	const { id } = await jobs.run('update', csv([{ uuid, userfield: 'new' }]));
	await jobs.run('update', csv([{ uuid, userfield: '' }]));
	assert.deepEqual(lines(await undo(id)), ['job is done, 1 warning', 'warning: userfield: Gil: userfield was changed since: it stays empty']);
});

test('where a number or name is taken meanwhile nothing is done, and the error says by whom', async () => {
	await jobs.run('import', csv([{ firstname: 'Dan', email: 'dan@example.org' }]));
	const [{ uuid }] = await named('Dan');
	const { id } = await jobs.run('update', csv([{ uuid, email: '' }]));
	await jobs.run('import', csv([{ firstname: 'Eve', email: 'dan@example.org' }]));
	const refused = await undo(id);
	assert.equal(refused.status, 1);
	assert.match(refused.stdout, /^job \d+ failed, nothing was applied, 1 error\nerror: email: .*dan@example\.org/);
});

test('a job of another tenant is not there, nor is one that never was, nor a word', async () => {
	const job = await lastJob();
	for (const [args, text, status = 1] of [
		[['--tenant', 'globex', String(job)], `there is no job ${job}`],
		[['--tenant', 'acme', '999999'], 'there is no job 999999'],
		[['--tenant', 'acme', 'leavers'], 'leavers: is not the number of a job', 2],
	]) {
		const refused = await site.command('undo', ...args);
		assert.deepEqual([refused.status, refused.stdout, refused.stderr], [status, '', `rollcall: ${text}\n`]);
	}
});
