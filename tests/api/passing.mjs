// Whatever numbers and names pass between the users of a file, the end state alone
// counts.  Random files over a small tenant are held against a model: a file is
// applied exactly where nobody ends with what somebody else has, and then everybody
// has what their row says.  SEED=n repeats a run.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { storedColumns } from '../lib/columns.mjs';
import { Jobs, csv } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { wideSite } from '../lib/wide.mjs';
import { Random } from '../lib/random.mjs';

const seed = Number(process.env.SEED ?? Date.now() % 4294967296);
const files = Number(process.env.FILES ?? 40);
const people = 10;
let jobs, uuids;

// What each column may hold; there are few values, so that many pass.
const values = {
	exten: (n) => `11${String(n).padStart(2, '0')}`,
	incall_exten: (n) => `22${String(n).padStart(2, '0')}`,
	voicemail_number: (n) => `13${String(n).padStart(2, '0')}`,
	email: (n) => `person.${n}@example.org`,
	username: (n) => `person.${n}`,
	sip_username: (n) => `sip-${n}`,
};
// What else a row says where somebody of the file has no line, call or voicemail yet.
const first = {
	exten: () => ({ line_protocol: 'sip', context: 'default' }),
	sip_username: (bare) => ({ line_protocol: 'sip', context: 'default', sip_secret: bare ? 'bareSecret' : '********' }),
	incall_exten: () => ({}),
	voicemail_number: () => ({ voicemail_name: 'Voice', voicemail_context: 'default' }),
};
const emptied = ['exten', 'incall_exten', 'email', 'username'];

// A user who has nothing yet, for one file.
async function newcomer(file) {
	const job = await jobs.run('import', csv([{ firstname: `New ${file}` }]));
	assert.equal(job.state, 'done');
	const [{ uuid }] = await jobs.sql('SELECT uuid FROM users ORDER BY id DESC LIMIT 1');
	return uuid;
}

const state = async () => new Map((await jobs.sql(storedColumns('u.tenant_id = 1'))).map((row) => [row.uuid, row]));

// A PIN is one's own, or that of a voicemail that somebody had and that goes on; never that
// of one that nobody had.  Each voicemail has a PIN of its own before each file.
const givePins = () => jobs.psql(`UPDATE voicemail SET password = lpad(id::text, 6, '7') WHERE password IS NULL`);

function inheritsNothing(uuid, before, now, what) {
	const { voicemail_id: id, voicemail_password: pin } = now.get(uuid);
	const had = [...before.values()].filter((row) => row.voicemail_id === id).map((row) => row.voicemail_password);
	assert.equal(pin, had[0] ?? null, `${uuid} ${what}`);
}

before(async () => {
	console.log(`# seed ${seed}`);
	const site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	const job = await jobs.run('import', csv(Array.from({ length: people }, (_, n) => ({
		firstname: `Person ${n}`, line_protocol: 'sip', context: 'default', incall_context: 'from-extern', voicemail_name: `Voice ${n}`,
		voicemail_context: 'default', ...Object.fromEntries(Object.entries(values).map(([name, of]) => [name, of(n)])),
	}))));
	assert.deepEqual([job.state, job.issues], ['done', []]);
	uuids = (await jobs.sql('SELECT uuid FROM users ORDER BY id')).map((row) => row.uuid);
	// Some that are there and belong to nobody.
	await jobs.psql(`INSERT INTO voicemail (tenant_id, context_id, number, name) SELECT 1, id, v, 'Free' FROM context, unnest('{1320,1321}'::text[]) v
			WHERE tenant_id = 1 AND name = 'default';
		INSERT INTO extension (tenant_id, context_id, exten) SELECT 1, id, e FROM context, unnest('{1120,1121}'::text[]) e
			WHERE tenant_id = 1 AND name = 'default';
		INSERT INTO incall (tenant_id, context_id, exten) SELECT 1, id, e FROM context, unnest('{2220,2221}'::text[]) e
			WHERE tenant_id = 1 AND name = 'from-extern'`);
});
after(() => jobs?.close());

test(`seed ${seed}: ${files} files`, async () => {
	const random = new Random(seed);
	let applied = 0, firsts = 0;
	for (let file = 0; file < files; file++) {
		const column = random.of(Object.keys(values));
		const bare = column in first && random.chance(0.5) ? await newcomer(file) : null;
		await givePins();
		const before = await state();
		const rows = [];
		const end = new Map([...before].map(([uuid, row]) => [uuid, row[column]]));
		// A round among some, a free number, a new one, none: mostly such that it fits.
		const chosen = random.some(uuids, 8);
		if (bare)
			chosen.splice(random.below(chosen.length + 1), 0, bare);
		const pool = chosen.map((uuid) => before.get(uuid)[column]).filter((value) => value !== null);
		pool.push(values[column](20), values[column](21), values[column](30 + random.below(20)), values[column](30 + random.below(20)));
		for (const uuid of chosen) {
			const value = uuid !== bare && emptied.includes(column) && random.chance(0.15) ? ''
				: random.chance(0.05) ? values[column](random.below(people)) : pool.splice(random.below(pool.length), 1)[0];
			rows.push({ uuid, [column]: value, ...(column === 'incall_exten' && { incall_context: 'from-extern' }),
				...(bare && first[column](uuid === bare)) });
			end.set(uuid, value || null);
		}
		if (rows.length === 0)
			continue;
		const taken = [...end.values()].filter((value) => value !== null);
		const fits = column === 'voicemail_number' || new Set(taken).size === taken.length;
		const job = await jobs.run('update', csv(rows));
		const what = `file ${file}: ${JSON.stringify(rows)}\nbefore ${JSON.stringify([...before.values()].map((row) => [row.uuid, row[column]]))}\n${JSON.stringify(job.issues)}`;
		const now = await state();
		assert.equal(job.state, fits ? 'done' : 'failed', what);
		if (!fits) {
			assert.ok(job.issues.some((issue) => issue.code === 'taken' || issue.code === 'duplicate'), what);
			assert.deepEqual(now, before, what);
			continue;
		}
		applied++;
		firsts += bare !== null;
		let changed = 0;
		for (const [uuid, row] of now) {
			assert.equal(row[column], end.get(uuid), `${uuid} ${what}`);
			inheritsNothing(uuid, before, now, what);
			// A number that moved has its line's or user's other cells as they were.
			const others = Object.keys(values).filter((name) => name !== column && !(uuid === bare && name === 'sip_username'));
			assert.deepEqual(others.map((name) => row[name]), others.map((name) => before.get(uuid)[name]), what);
			changed += row[column] !== before.get(uuid)[column];
		}
		if (column !== 'voicemail_number')
			assert.equal(job.counts.changed, changed, what);
	}
	assert.ok(applied > files / 4 && firsts > files / 20, `${applied} of ${files} files were applied, ${firsts} with a newcomer`);
});

// Users who have one number each get none, one or two.
test(`seed ${seed}: ${files} files of lists`, async () => {
	const random = new Random(seed);
	let last = 100000;
	const fresh = () => String(++last);
	const incall = (numbers) => ({ incall_exten: numbers.join(';'), incall_context: numbers.map(() => 'from-extern').join(';') });
	for (let file = 0; file < files; file++) {
		const held = Array.from({ length: 6 }, () => (random.chance(0.8) ? [fresh()] : []));
		const job = await jobs.run('import', csv(held.map((numbers, i) => ({ firstname: `List ${i}`, ...incall(numbers) }))));
		assert.equal(job.state, 'done');
		const users = (await jobs.sql(`SELECT users.uuid FROM users JOIN job_user ON job_user.user_id = users.id AND job_user.job_id = ${job.id} ORDER BY row_number`)).map((row) => row.uuid);
		const spare = fresh();
		await jobs.psql(`INSERT INTO incall (tenant_id, context_id, exten) SELECT 1, id, '${spare}' FROM context WHERE tenant_id = 1 AND name = 'from-extern'`);

		const chosen = random.some(users, 6);
		const pool = [spare, fresh(), fresh(), ...users.flatMap((uuid, i) => (chosen.includes(uuid) ? held[i] : []))];
		const take = () => pool.splice(random.below(pool.length), 1);
		const end = new Map(users.map((uuid, i) => [uuid, held[i]]));
		for (const uuid of chosen)
			end.set(uuid, [...take(), ...(pool.length > 0 && random.chance(0.4) ? take() : [])].slice(random.chance(0.15) ? 2 : 0).sort());
		const rows = chosen.map((uuid) => ({ uuid, ...incall(end.get(uuid)) }));
		if (rows.length === 0)
			continue;
		const done = await jobs.run('update', csv(rows));
		const what = `file ${file}: ${JSON.stringify(held)} ${JSON.stringify(rows)}\n${JSON.stringify(done.issues)}`;
		assert.equal(done.state, 'done', what);
		const now = await state();
		for (const [uuid, numbers] of end)
			assert.equal(now.get(uuid).incall_exten ?? '', numbers.join(';'), what);
	}
});
