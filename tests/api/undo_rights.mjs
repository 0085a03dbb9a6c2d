// Who may undo what, step by step; and for how long secrets come back.
import { test, before, describe } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf, csv, jobOf } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';
import { freshSite } from '../lib/stack.mjs';

let site, alice, may;
before(async () => {
	site = await freshSite({ settings: { undo_days: 30 } });
	alice = apiOf(site, 'alice');
	may = apiOf(site, 'reader');
});

// What the account `reader` may do from now on.
const grant = (...rights) => site.psql(`UPDATE admin SET rights = '{${['users.read', ...rights].map((right) => `users.${right.replace('users.', '')}`).join(',')}}' WHERE username = 'reader'`);
const undo = (api, id, query = '') => api.request('POST', `/1.1/imports/${id}/undo${query}`);
const lastJob = () => site.value('SELECT max(id) FROM job');

async function jobs() {
	const [{ user_uuid: made }] = (await alice.import(csv({ firstname: 'Changing' }))).json.created;
	const updated = await alice.update(csv({ uuid: made, lastname: 'Changed' }));
	const imported = await alice.import(csv({ firstname: 'Made' }));
	const other = (await alice.import(csv({ firstname: 'Leaver' }))).json.created[0].user_uuid;
	assert.equal((await alice.delete(`/1.1/users/${other}`)).status, 204);
	return { import: jobOf(imported), update: jobOf(updated), delete: await lastJob(), leaver: other };
}

describe('An undo needs', () => {
	const cases = [
		['import', ['update', 'delete'], [['update'], ['delete', 'import'], ['update', 'import']]],
		['update', ['update'], [['import', 'delete']]],
		['delete', ['update', 'import'], [['update'], ['import', 'delete'], ['update', 'delete']]],
	];
	for (const [kind, enough, tooFew] of cases)
		test(`of a job of kind ${kind} the rights ${enough.join(' and ')}, to make, apply and cancel it`, async () => {
			const of = await jobs();
			for (const rights of tooFew) {
				await grant(...rights);
				const answer = await undo(may, of[kind], '?dry_run=1');
				assert.equal(answer.status, 403, `${rights}: ${answer.text}`);
			}
			const plan = await undo(alice, of[kind], '?dry_run=1');
			assert.equal(plan.status, 200, plan.text);
			const id = await lastJob();
			for (const rights of tooFew) {
				await grant(...rights);
				for (const step of ['apply', 'cancel'])
					assert.equal((await may.request('POST', `/1.1/imports/${id}/${step}`)).status, 403, `${step} with ${rights}`);
			}
			await grant(...enough);
			const applied = await may.request('POST', `/1.1/imports/${id}/apply`);
			assert.equal(applied.status, 200, applied.text);
		});

	test('of an undo what that did: redo of a deletion deletes', async () => {
		const of = await jobs();
		assert.equal((await undo(alice, of.delete)).status, 200);
		const undone = await lastJob();
		await grant('update', 'import');
		assert.equal((await undo(may, undone)).status, 403);
		await grant('update', 'delete');
		assert.equal((await undo(may, undone)).status, 200);
		assert.equal(await site.value(`SELECT count(*)::int FROM users WHERE uuid = '${of.leaver}'`), 0);
	});

	test('of a file that is the whole truth what it did: its leavers come back, its newcomers go', async () => {
		await alice.import(csv({ firstname: 'Whole', userfield: 'w1' }, { firstname: 'Whole', userfield: 'w2' }));
		const all = (await site.sql('SELECT userfield, count(*)::int AS n FROM users WHERE tenant_id = 1 GROUP BY 1'));
		const synced = await alice.update(csv({ firstname: 'Whole', userfield: 'w1' }, { firstname: 'Newcomer', userfield: 'w3' }), {},
			`?match=userfield&create=1&absent=delete&absent_confirm=${all.reduce((sum, row) => sum + row.n, 0) - 1}`);
		assert.equal(synced.status, 200, synced.text);
		const id = await lastJob();
		for (const rights of [['update'], ['update', 'import'], ['update', 'delete']]) {
			await grant(...rights);
			assert.equal((await undo(may, id)).status, 403, String(rights));
		}
		await grant('update', 'import', 'delete');
		const undone = await undo(may, id);
		assert.equal(undone.status, 200, undone.text);
		assert.deepEqual(await site.sql('SELECT userfield, count(*)::int AS n FROM users WHERE tenant_id = 1 GROUP BY 1'), all);
	});
});

describe('Secrets', () => {
	test('come back for undo_days, are gone after that, and the undo says so', async () => {
		const made = await alice.import(csv({ firstname: 'Keeper', lastname: 'One', call_permission_password: '1111' }));
		const [{ user_uuid: uuid }] = made.json.created;
		const secret = () => site.value(`SELECT concat_ws(' ', lastname, call_permission_password) FROM users WHERE uuid = '${uuid}'`);
		const change = async (lastname, pin) => jobOf(await alice.update(csv({ uuid, lastname, call_permission_password: pin })));

		const recent = await change('Two', '2222');
		await site.psql(`UPDATE job SET ended_at = ended_at - interval '29 days' WHERE id = ${recent}`);
		const old = await change('Three', '3333');
		await site.psql(`UPDATE job SET ended_at = ended_at - interval '31 days' WHERE id = ${old}`);
		// A worker looks for such work as soon as it begins.
		await site.stop('worker');
		await site.start('worker');
		await until(async () => await site.value(`SELECT count(*)::int FROM job_row_secret WHERE job_id = ${old}`) === 0);
		assert.equal(await site.value(`SELECT count(*)::int FROM job_row_secret WHERE job_id = ${recent}`), 1);

		const gone = await undo(alice, old);
		assert.equal(gone.status, 200, gone.text);
		assert.deepEqual(gone.json.warnings.map((warning) => warning.code), ['secrets_gone']);
		assert.equal(await secret(), 'Two 3333', 'the name is back, the secret as it was left');
		await site.psql(`UPDATE users SET call_permission_password = '2222' WHERE uuid = '${uuid}'`);
		const kept = await undo(alice, recent);
		assert.deepEqual([kept.status, kept.json.warnings], [200, []]);
		assert.equal(await secret(), 'One 1111');
	});
});
