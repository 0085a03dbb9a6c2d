// The property that holds export, update and import together: what is exported says
// everything, and says it so that it comes back.
//
//   export -> update   changes nothing, not one row is written
//   export -> import into the emptied tenant -> export   gives the same bytes but for
//   uuid and provisioning_code, which the system gives
//
// SEED=n makes the same users again, USERS=n more of them, ROUNDS=n more sites.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { Random, odd, people } from '../lib/random.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 4294967296);
const count = Number(process.env.USERS ?? 500);
const rounds = Number(process.env.ROUNDS ?? 1);
const path = '/services/ipbx/users/export';
const tables = ['voicemail', 'users', 'line', 'extension', 'incall', 'user_label', 'user_call_permission'];

// Records of cells as they stand in the file, with their quotes.
function rawRecords(bytes) {
	const file = bytes.toString('utf8').replace(/^\ufeff/, '');
	const records = [[]];
	for (const [, cell, end] of file.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy)) {
		records.at(-1).push(cell);
		if (end === '\r\n')
			records.push([]);
		else if (end === '')
			break;
	}
	assert.deepEqual(records.pop(), [''], 'the file ends with a line end');
	return records;
}

// The records without what the system gives anew.
function lasting(bytes) {
	const records = rawRecords(bytes);
	const gone = ['uuid', 'provisioning_code'].map((name) => records[0].indexOf(name));
	assert.ok(gone.every((column) => column >= 0));
	return records.map((cells) => cells.filter((_, column) => !gone.includes(column)).join(','));
}

for (let round = 0; round < rounds; round++) {
	describe(`seed ${seed + round}, ${count} users`, () => {
		const random = new Random(seed + round);
		let site, jobs, alice, masked;
		let whole;

		// Each row of each table, where it stands and who wrote it.
		const rows = async () => jobs.value(`SELECT json_object_agg(name, rows) FROM (${tables.map((table) =>
			`SELECT '${table}' AS name, (SELECT md5(string_agg(concat_ws(' ', t.xmin, t.ctid, t), E'\\n' ORDER BY t.ctid)) FROM ${table} t) AS rows`)
			.join(' UNION ALL ')}) q`);
		const exported = async (client) => {
			const answer = await client.get(path, { bytes: true });
			assert.equal(answer.status, 200);
			return answer.bytes;
		};
		// Where the property does not hold, the file that shows it stays.
		const keep = (name, bytes) => {
			if (process.env.KEEP)
				writeFileSync(join(process.env.KEEP, `${seed + round}-${name}.csv`), bytes);
		};

		before(async () => {
			console.log(`# seed ${seed + round}`);
			site = await freshSite({ setup: odd(random), pages: 1, uploads: 1 });
			jobs = new Jobs(site);
			const ids = async (table, where = 'true') => (await jobs.sql(
				`SELECT id::int FROM ${table} WHERE tenant_id = 1 AND ${where} ORDER BY id`)).map((row) => row.id);
			const made = people(random, count, {
				internal: await ids('context', `type = 'internal'`), incall: await ids('context', `type = 'incall'`),
				permission: await ids('call_permission'), label: await ids('label'),
				profile: await ids('cti_profile'), site: await ids('line_template'),
			});
			for (const table of tables) {
				const columns = Object.keys(made[table][0]).join(', ');
				await jobs.psql(`INSERT INTO ${table} (${columns}) SELECT ${columns}
					FROM json_populate_recordset(NULL::public.${table}, $rows$${JSON.stringify(made[table])}$rows$)`);
				if ('id' in made[table][0])
					await jobs.psql(`SELECT setval('${table}_id_seq', (SELECT max(id) FROM ${table}))`);
			}
			await jobs.psql('ANALYZE');
			alice = await site.client('alice');
			masked = await site.client('masked');
		});
		after(() => jobs?.close());

		for (const who of ['alice', 'masked']) {
			test(`export and then update${who === 'masked' ? ', with masked secrets,' : ''} changes nothing`, async () => {
				const file = await exported(who === 'alice' ? alice : masked);
				keep(who, file);
				if (who === 'alice')
					whole = file;
				else
					assert.ok(file.includes('********') && !file.equals(whole));
				const before = await rows();
				const job = await jobs.run('update', file, { admin: who });
				assert.deepEqual(job.issues.filter((issue) => issue.level === 'error').slice(0, 5), []);
				assert.deepEqual(job.issues.map((issue) => [issue.code, issue.column]), []);
				assert.deepEqual([job.state, job.rows, job.counts.changed, job.counts.unchanged], ['done', count, 0, count]);
				assert.deepEqual(await rows(), before);
				assert.ok((await exported(who === 'alice' ? alice : masked)).equals(file));
			});
		}

		test('export, import into the emptied tenant, export: the same file', async () => {
			await jobs.psql(`DELETE FROM incall; DELETE FROM extension; DELETE FROM users; DELETE FROM voicemail`);
			const job = await jobs.run('import', whole);
			assert.deepEqual(job.issues.filter((issue) => issue.level === 'error').slice(0, 5), []);
			// Random texts may look like others that were not meant.
			assert.deepEqual([...new Set(job.issues.filter((issue) => issue.code !== 'doubtful').map((issue) => `${issue.code} ${issue.column}`))].sort(),
				['column_ignored provisioning_code', 'column_ignored uuid', 'pin_hash call_permission_password', 'pin_hash voicemail_password',
					'sccp_silent line_protocol', 'secret_short sip_secret']);
			assert.deepEqual([job.state, job.rows], ['done', count]);
			const again = await exported(alice);
			keep('again', again);
			const [first, second] = [lasting(whole), lasting(again)];
			assert.equal(second.length, first.length);
			for (const [i, record] of first.entries())
				assert.equal(second[i], record, `record ${i}`);
		});
	});
}
