// Ten thousand requests, sound and broken, some at a time: none fails the program, and
// no process grows, leaks or ends.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { promisify } from 'node:util';
import { freshSite, root } from '../lib/stack.mjs';
import { apiOf, csv } from '../lib/api.mjs';

const REQUESTS = 10000;
const run = promisify(execFile);

let site, api;
before(async () => {
	site = await freshSite();
	api = apiOf(site, 'alice');
});

// A sanitizer keeps what was freed for a while: sizes say nothing then.
const sizesCount = () => !/\basan|libasan/.test(readFileSync(`/proc/${site.pids('pages')[0]}/maps`, 'utf8'));

const kilobytes = (pid, name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

// {pid: [resident KiB, open descriptors]} of all that serve.
const processes = () => Object.fromEntries(['pages', 'uploads', 'worker'].flatMap((name) => site.pids(name))
	.map((pid) => [pid, [kilobytes(pid, 'VmRSS'), readdirSync(`/proc/${pid}/fd`).length]]));

// Until no job is left: one that runs holds descriptors of its own.
async function idle() {
	const last = await site.value('SELECT max(id) FROM job');
	await site.jobEnded(last, 120);
	await api.get('/1.1/imports');
}

async function fire(token, seconds) {
	const { stdout } = await run('wrk', ['-t1', '-c6', `-d${seconds}s`, '-s', join(root, 'tests/api/load.lua'), site.url, '--', token]);
	const [, answered, broken] = /answered (\d+) broken (\d+)/.exec(stdout).map(Number);
	return { answered, broken };
}

test(`${REQUESTS} requests: no 5xx, no growth, nobody lost`, async () => {
	const { json: { data: { token } } } = await api.request('POST', '/api/auth/0.1/token');
	let answered = (await fire(token, 2)).answered;
	await idle();
	const before = processes();
	while (answered < REQUESTS) {
		const round = await fire(token, 2);
		assert.equal(round.broken, 0, site.log('uploads') + site.log('pages'));
		assert.ok(round.answered > 0);
		answered += round.answered;
	}
	await idle();
	const after = processes();
	assert.deepEqual(Object.keys(after), Object.keys(before), 'the same processes');
	for (const [pid, [rss, fds]] of Object.entries(after)) {
		assert.ok(!sizesCount() || rss - before[pid][0] < 2048, `${pid} grew from ${before[pid][0]} to ${rss} KiB`);
		assert.ok(fds <= before[pid][1], `${pid} had ${before[pid][1]} descriptors, has ${fds}`);
	}
});

test('a large answer is sent as it is read: the program does not grow with the rows', async () => {
	const rows = (n, from) => csv(...Array.from({ length: n }, (_, i) => ({ firstname: `Many ${from + i}`,
		lastname: 'x'.repeat(100), line_protocol: 'sip', context: 'default', exten: String(1000000 + from + i) })));
	const peak = () => Math.max(...site.pids('uploads').map((pid) => kilobytes(pid, 'VmHWM')));
	const wait = { prefer: 'wait=60' };
	const answer = async (promise, status) => {
		const got = await promise;
		assert.equal(got.status, status, got.text.slice(0, 500));
		return got.text.length;
	};
	await answer(api.import(rows(200, 0), wait), 201);
	await answer(api.import(rows(200, 0), wait), 400);
	await answer(api.get('/1.1/users'), 200);
	await api.export();
	const before = peak();
	const sizes = [await answer(api.import(rows(10000, 200), wait), 201),
		await answer(api.import(rows(10000, 200), wait), 400),
		await answer(api.get('/1.1/users'), 200)];
	assert.equal((await api.export()).filter((user) => user.firstname.startsWith('Many')).length, 10200);
	assert.ok(sizes.every((size) => size > 2500000), sizes.join());
	assert.ok(!sizesCount() || peak() - before < 2048, `from ${before} to ${peak()} KiB`);
});
