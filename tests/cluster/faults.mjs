// What is done to several hosts, and what must hold: `tests/cluster/run [FAULT...]`.
//
// Beside each fault an import of 20,000 rows runs, pages are asked for each 200 ms, and
// small files are sent, each until it is acknowledged, always with the same key.  After it:
// the import is done once, and every file that was acknowledged is there once.
//
//   RUNS=1       how often each fault is made
//   FAULT=word   only faults with the word in their name
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const front = 'http://10.77.0.30';
const runs = Number(process.env.RUNS ?? 1);
const account = `Basic ${Buffer.from('alice:alice-Secret-1').toString('base64')}`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const call = async (...args) => (await run(join(here, 'do'), args, { timeout: 60000 })).stdout.trim();

async function until(look, what, seconds) {
	for (const end = Date.now() + seconds * 1000; ;) {
		const found = await look().catch(() => null);
		if (found)
			return found;
		if (Date.now() > end)
			throw new Error(`waited ${seconds} s for ${what}`);
		await pause(200);
	}
}

const sql = (text) => call('superuser', 'rollcall', '-c', text);
const ask = (path, options = {}, seconds = 30) => fetch(front + path, { redirect: 'manual', ...options,
	headers: { authorization: account, ...options.headers }, signal: AbortSignal.timeout(seconds * 1000) });
const send = (body, key, wait) => ask('/1.1/users/import', { method: 'POST', body, headers: {
	'content-type': 'text/csv; charset=utf-8', 'idempotency-key': key, prefer: wait } });

let serial = 0;
const name = () => `u${process.pid}x${++serial}`;

// Sends one file until it is acknowledged; resolves to its only user's name.
async function surely(state) {
	const who = name();
	while (!state.stop) {
		const answer = await send(`firstname\n${who}\n`, who, 'respond-async').catch(() => null);
		if (answer && [201, 202].includes(answer.status)) {
			state.acknowledged.push(who);
			return;
		}
		await pause(500);
	}
}

async function post(state) {
	while (!state.stop) {
		await surely(state);
		await pause(700);
	}
}

// The list of users, from the front: {at, ok} of each request.
async function look(state) {
	while (!state.stop) {
		const at = Date.now();
		const answer = await ask('/1.1/users?limit=1', {}, 60).catch(() => null);
		state.pages.push({ at, ended: Date.now(), ok: answer?.status === 200 });
		await pause(200);
	}
}

// Seconds from the fault until pages are answered for good: the end of the last that was
// not, or of one that took long.
function backAfter(state, fault) {
	const bad = state.pages.filter((page) => page.ended > fault && (!page.ok || page.ended - page.at > 2000));
	return bad.length ? (Math.max(...bad.map((page) => page.ended)) - fault) / 1000 : 0;
}

const bigFile = (tag) => `firstname,lastname\n${Array.from({ length: 20000 }, (_, i) => `${tag},r${i}`).join('\n')}\n`;

// Makes the fault at work; resolves to what was seen.
async function strike(fault) {
	const state = { stop: false, acknowledged: [], pages: [] };
	const tag = name();
	const { id } = await (await send(bigFile(tag), tag, 'respond-async')).json();
	const work = [look(state), post(state), post(state)];
	await until(async () => (await sql(`SELECT state FROM job WHERE id = ${id}`)) === 'running', 'the job at work', 20);
	await pause(Math.random() * 800);
	const at = Date.now();
	let undo;
	try {
		undo = await fault.make();
		await until(async () => (await sql(`SELECT state FROM job WHERE id = ${id}`)) === 'done', 'the end of the import', 150);
		const job = (Date.now() - at) / 1000;
		await pause(3000);
		await undo?.();
		undo = null;
		state.stop = true;
		await Promise.all(work);
		const back = backAfter(state, at);
		// A node that was frozen takes itself for the primary a moment longer: not to be asked.
		await fault.after?.();
		await until(async () => (await sql("SELECT count(*) FROM job WHERE state IN ('queued', 'running')")) === '0', 'the others', 60);
		assert.equal(await sql(`SELECT count(*) FROM users WHERE firstname = '${tag}'`), '20000', 'the import is there once');
		const names = state.acknowledged.map((who) => `'${who}'`).join(',') || "''";
		const all = `${state.acknowledged.length}|${state.acknowledged.length}`;
		await until(async () => (await sql(`SELECT count(*), count(DISTINCT firstname) FROM users
			WHERE firstname IN (${names})`)) === all, `${all} that were acknowledged, once each`, 30);
		return { back, job, acknowledged: state.acknowledged.length };
	} finally {
		state.stop = true;
		await undo?.();
		await Promise.allSettled(work);
	}
}

// As the leader sees them: a node that was cut still has what it knew before.
async function members() {
	const answer = await fetch(`http://${await call('address', await call('primary'))}:8008/cluster`,
		{ signal: AbortSignal.timeout(2000) });
	return (await answer.json()).members;
}

// All nodes are members again, one of them leads, and Patroni knows its synchronous standby:
// until then nobody may take over.
const whole = () => until(async () => {
	const all = await members();
	return all.length === 3 && all.every((one) => ['running', 'streaming'].includes(one.state) && (one.lag ?? 0) === 0)
		&& ['leader', 'sync_standby'].every((role) => all.some((one) => one.role === role))
		&& await sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'") === '1';
}, 'three members', 90);

const restart = (node) => call('pg_node_start', node);
const faults = [
	{ name: 'kill -9 of the primary node, which comes back', pages: 35, job: 60, async make() {
		const node = await call('primary');
		await call('node_kill', node, 'KILL');
		await pause(2000);
		await restart(node);
	}, after: whole },
	{ name: 'kill -9 of the primary node, for good', pages: 35, job: 60, async make() {
		const node = await call('primary');
		await call('node_kill', node, 'KILL');
		return () => restart(node);
	}, after: whole },
	{ name: 'switchover', pages: 10, job: 40, async make() {
		const leader = await call('primary');
		const answer = await fetch(`http://${await call('address', leader)}:8008/switchover`, { method: 'POST',
			body: JSON.stringify({ leader }) });
		assert.ok(answer.ok, await answer.text());
	}, after: whole },
	{ name: 'the primary node cut from the network', pages: 40, job: 60, async make() {
		const node = await call('primary');
		await call('cut', node);
		return () => call('join', node);
	}, after: whole },
	{ name: 'the primary node frozen', pages: 40, job: 60, async make() {
		const node = await call('primary');
		await call('node_kill', node, 'STOP');
		return () => call('node_kill', node, 'CONT');
	}, after: whole },
	{ name: 'the disk of the synchronous standby full', pages: 40, job: 60, async make() {
		const { name: node } = (await members()).find((one) => one.role === 'sync_standby');
		await call('disk_fill', node);
		return () => call('disk_free', node);
	}, after: whole },
	{ name: 'a Rollcall host killed', pages: 15, job: 60, async make() {
		await call('node_kill', 'app1', 'KILL');
		return () => call('app_start', 'app1');
	} },
	{ name: 'a Rollcall host cut from the network', pages: 15, job: 60, async make() {
		await call('cut', 'app1');
		return () => call('join', 'app1');
	} },
	{ name: 'the majority of etcd lost and back', pages: 120, job: 120, async make() {
		for (const node of ['pg2', 'pg3'])
			await call('etcd_signal', node, 'STOP');
		await pause(40000);
		for (const node of ['pg2', 'pg3'])
			await call('etcd_signal', node, 'CONT');
	}, after: whole },
];

let failed = 0;
for (const fault of faults.filter((one) => one.name.includes(process.env.FAULT ?? ''))) {
	const seen = [];
	for (let i = 0; i < runs; i++) {
		try {
			await whole();
			const one = await strike(fault);
			console.log(`# ${fault.name}: pages back ${one.back.toFixed(1)}, import done ${one.job.toFixed(1)}, ${one.acknowledged} acknowledged`);
			seen.push(one);
		} catch (error) {
			failed++;
			console.log(`not ok - ${fault.name}: ${error.message}`);
		}
	}
	if (!seen.length)
		continue;
	const worst = (key) => Math.max(...seen.map((one) => one[key]));
	const held = worst('back') <= fault.pages && worst('job') <= fault.job;
	failed += held ? 0 : 1;
	const line = `| ${fault.name} | ${seen.length} | ${seen.reduce((sum, one) => sum + one.acknowledged, 0)} | ${worst('back').toFixed(1)} (${fault.pages}) | ${worst('job').toFixed(1)} (${fault.job}) |`;
	console.log(`${held ? 'ok' : 'not ok'} ${line}`);
	if (process.env.TABLE)
		appendFileSync(process.env.TABLE, `${line}\n`);
}
process.exit(failed ? 1 : 0);
