// The job's connection is cut at its COMMIT: before the commit is written, and after it
// is, when only the answer is missing.  Either way the job is done once.
//
// The moment is made to last: a trigger of this test holds COMMIT on an advisory lock,
// and a standby that does not exist holds its answer.
import assert from 'node:assert/strict';
import test, { before, after, afterEach } from 'node:test';
import { crashed, ended, faultSite, holdCommits, inCommit, pause, record, times, until } from './lib/faults.mjs';
import { Import, Update, accepted, assertEnded, measure } from './lib/kinds.mjs';

let all, site, look, api, kinds;

before(async () => {
	all = await faultSite();
	({ site, look, api } = all);
	kinds = [new Import(look, 300), new Update(look, 300)];
	for (const kind of kinds)
		await measure(kind, all);
	await holdCommits(look);
});
after(() => look.close());
afterEach(async () => {
	await stopWaiting();
	await look.ask('SELECT pg_advisory_unlock_all()');
});

const cuts = {
	'`pg_terminate_backend`': (pid) => look.ask(`SELECT pg_terminate_backend(${pid})`),
	'`kill -9` of the worker': () => process.kill(site.pids('worker')[0], 'SIGKILL'),
	'`kill -9` of the backend': (pid) => process.kill(Number(pid), 'SIGKILL'),
};

for (const [how, cut] of Object.entries(cuts)) {
	for (const written of [false, true]) {
		const what = `COMMIT cut by ${how}, ${written ? 'when it is written and not answered' : 'before it is written'}`;
		test(what, async () => {
			const n = Math.max(2, Math.ceil(times / 6));
			for (let i = 0; i < n; i++) {
				const kind = kinds[i < n / 2 ? 0 : 1];
				const file = await kind.prepare(api, site);
				await look.ask('SET synchronous_commit = local');
				await look.ask('SELECT pg_advisory_lock(99, 1)');
				const id = await accepted(kind, api, file);
				let pid = await inCommit(look);
				assert.equal(await kind.state(), 0);
				if (written) {
					await site.psql(`ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
					await look.ask('SELECT pg_reload_conf()');
					await until(async () => await look.ask('SHOW synchronous_standby_names') === 'nobody', 'the setting');
					// The checkpointer hears of it too.
					await pause(300);
					await look.ask('SELECT pg_advisory_unlock(99, 1)');
					pid = await inCommit(look, 'SyncRep');
				}
				await cut(pid);
				if (how.endsWith('backend'))
					await crashed(look);
				await look.back();
				if (written) {
					await site.psql('SET synchronous_commit = local; SELECT pg_advisory_unlock_all()');
					await stopWaiting();
				} else {
					await look.ask('SELECT pg_advisory_unlock_all()');
				}
				const job = await ended(look, id);
				await assertEnded(kind, look, job);
				// A backend whose worker is gone may still end the COMMIT that it was told.
				const attempts = written ? [1] : how.endsWith('worker') ? [1, 2] : [2];
				assert.ok(attempts.includes(job.attempt), JSON.stringify(job.log));
			}
			record(what, n, n, 'done once');
		});
	}
}

async function stopWaiting() {
	await site.psql('ALTER SYSTEM RESET synchronous_standby_names');
	await look.ask('SELECT pg_reload_conf()');
}
