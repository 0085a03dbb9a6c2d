// Synchronise as a property: whatever the site holds, a file with create and absent=delete
// leaves the scope equal to the file, the same file again changes nothing, and undo brings
// back what was there.
//
// SEED=n makes the same again, RUNS=n more of them.
import { test, describe } from 'node:test';
import assert from 'node:assert/strict';
import { jobs, said } from '../lib/updates.mjs';
import { storedColumns } from '../lib/columns.mjs';
import { csv } from '../lib/jobs.mjs';
import { Random } from '../lib/random.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 4294967296);
const runs = Number(process.env.RUNS ?? 8);
const columns = ['firstname', 'lastname', 'email', 'userfield', 'username', 'enabled', 'ring_seconds', 'line_protocol', 'exten', 'context',
	'incall_exten', 'incall_context', 'incall_ring_seconds', 'voicemail_name', 'voicemail_number', 'voicemail_context', 'labels', 'call_permissions'];
// A company of up to 30 people out of few numbers and names, so that what one leaves another
// takes.  `keys` is what each has in the column that finds them.
function company(random, key, keys) {
	const numbers = (low) => random.some(Array.from({ length: 40 }, (_, i) => String(low + i)));
	const [extens, dids, boxes] = [numbers(1000), numbers(2000), numbers(1500)];
	const mails = random.some(Array.from({ length: 40 }, (_, i) => `m${i}@example.org`));
	return keys.map((value) => {
		const phone = key === 'exten' || (extens.length > 0 && random.chance(0.6));
		const did = dids.length > 0 && random.chance(0.4), box = boxes.length > 0 && random.chance(0.4);
		const number = box ? boxes.pop() : '';
		const row = {
			firstname: random.letters('abc', 2, 4), lastname: random.of(['', random.letters('xyz', 2, 4)]),
			email: mails.length > 0 && random.chance(0.5) ? mails.pop() : '', userfield: '', username: '',
			enabled: random.of(['0', '1']), ring_seconds: String(5 * random.below(9)),
			line_protocol: phone ? 'sip' : '', exten: phone ? extens.pop() : '', context: phone ? 'default' : '',
			incall_exten: did ? dids.pop() : '', incall_context: did ? 'from-extern' : '', incall_ring_seconds: did ? random.of(['', '10']) : '',
			voicemail_name: box ? `Box ${number}` : '', voicemail_number: number, voicemail_context: box ? 'default' : '',
			labels: random.some(['sales', 'support']).sort().join(';'), call_permissions: random.some(['international', 'mobile']).sort().join(';'),
		};
		return { ...row, [key]: value };
	});
}

const keysOf = (random, key) => {
	const all = Array.from({ length: 40 }, (_, i) => ({ userfield: `K${i}`, username: `user.${i}`, email: `key${i}@example.org`, exten: String(1100 + i) }[key]));
	const some = random.some(all, 30);
	return some.length > 0 ? some : [all[0]];
};
// As an export would write them; a phone that stays without a number, and a line that cannot be taken away, aside.
const plain = (rows) => rows.map((row) => Object.fromEntries(columns.map((name) => [name, String(row[name] ?? '')])))
	.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
const stored = async () => plain(await jobs.sql(storedColumns('u.tenant_id = 1')));

describe(`seed ${seed}`, () => {
	test('the scope becomes the file, once, and undo brings it back', async () => {
		const random = new Random(seed);
		const key = random.of(['userfield', 'username', 'email', 'exten']);
		for (let run = 0; run < runs; run++) {
			const name = `SEED=${seed}, run ${run}, by ${key}`;
			const rows = company(random, key, keysOf(random, key));
			// What an update refuses to take from a line stays in the file.
			const had = new Map((await jobs.sql(storedColumns('u.tenant_id = 1'))).map((user) => [String(user[key]), user]));
			for (const row of rows) {
				const before = had.get(row[key]);
				if (before?.line_protocol)
					Object.assign(row, { line_protocol: before.line_protocol, context: before.context });
			}
			const before = await jobs.content();
			const options = { match: key, create: '1', absent: 'delete', absent_confirm: '999', replace_incalls: '1', zeros: 'lost',
				voicemail: random.of(['keep', 'delete']) };
			let job = await jobs.run('update', csv(rows), { options });
			const limit = job.issues.find((issue) => issue.key === 'absent_limit');
			if (limit)
				job = await jobs.run('update', csv(rows), { options: { ...options, absent_confirm: limit.params.n } });
			assert.deepEqual([job.state, said(job).filter((text) => !/detached|taken_over|shared/.test(text))], ['done', []], name);
			assert.deepEqual(await stored(), plain(rows), name);
			const again = await jobs.run('update', csv(rows), { options });
			assert.deepEqual([again.state, again.counts.changed, again.counts.unchanged, again.counts.created, again.counts.deleted],
				['done', 0, rows.length, undefined, undefined], `${name}: again`);
			const after = await jobs.content();
			const undone = await jobs.undo(job.id);
			assert.deepEqual([undone.state, undone.issues], ['done', []], `${name}: undo`);
			assert.deepEqual(await jobs.content(), before, `${name}: undo`);
			const redone = await jobs.undo(undone.id);
			assert.deepEqual([redone.state, redone.issues], ['done', []], `${name}: redo`);
			assert.deepEqual(await jobs.content(), after, `${name}: redo`);
		}
	});
});
