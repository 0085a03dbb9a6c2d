// Undo of an import after numbers and voicemails have passed between its users and others: who is as before goes,
// with all that the import made, and who is not stays.
import { test, before, beforeEach, after } from 'node:test';
import assert from 'node:assert/strict';
import { apiOf, csv } from '../lib/api.mjs';
import { Jobs } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { wideSite } from '../lib/wide.mjs';

let jobs, alice;
before(async () => {
	const site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	alice = apiOf(site, 'alice');
});
after(() => jobs?.close());

const exported = async () => (await alice.get('/1.1/users/export')).text;
const done = (job) => assert.deepEqual([job.state, job.issues.filter((issue) => issue.level === 'error')], ['done', []]);

const incall = (uuid, incall_exten, incall_ring_seconds = '') => ({ uuid, incall_exten, incall_context: incall_exten.replace(/\d+/g, 'from-extern'), incall_ring_seconds });
const exten = (uuid, number) => ({ uuid, exten: number });
const voicemail = (uuid, number) => ({ uuid, voicemail_number: number, voicemail_context: number && 'default' });
const phone = (number) => ({ line_protocol: 'sip', context: 'default', exten: number });
// Numbers end in the same digits; each test has its own.
let users = 0, theirs = '948', mine;
beforeEach(() => { [theirs, mine] = [String(Number(theirs) + 2), String(Number(theirs) + 3)]; });

// A user with `cells` besides a name of its own, made by a job of its own.
async function made(cells = {}) {
	const firstname = `Passing${++users}`;
	const job = await jobs.run('import', csv([{ firstname, ...cells }]));
	done(job);
	return { firstname, job: job.id, uuid: await jobs.value(`SELECT uuid FROM users WHERE firstname = '${firstname}'`) };
}
const update = async (...rows) => {
	const job = await jobs.run('update', csv(rows), { options: { replace_incalls: '1' } });
	done(job);
	return job.id;
};
const back = async (...ids) => {
	for (const id of ids)
		done(await jobs.undo(id));
};
// Undoes the import of a user, who goes without a word, and all others are as they were before it.
async function goes(user, before) {
	const taken = await jobs.undo(user.job);
	done(taken);
	assert.deepEqual(taken.issues, []);
	assert.deepEqual(await jobs.content(), before);
}
async function stays(user) {
	const now = await exported();
	const taken = await jobs.undo(user.job);
	done(taken);
	assert.ok(taken.issues.some(({ key, params }) => key === 'kept.user' && params.user === user.firstname), JSON.stringify(taken.issues));
	assert.equal(await exported(), now);
	await back(taken.id);
}

const other = () => made({ incall_exten: `2000${theirs}`, incall_context: 'from-extern', incall_ring_seconds: '30', ...phone(`1000${theirs}`),
	voicemail_name: 'Theirs', voicemail_number: `1000${theirs}`, voicemail_context: 'default' });
const own = () => made({ incall_exten: `2000${mine}`, incall_context: 'from-extern', incall_ring_seconds: '7', ...phone(`1000${mine}`),
	voicemail_name: 'Own', voicemail_number: `1000${mine}`, voicemail_context: 'default' });
const ways = {
	'an incoming number to the user': (user, from) => [incall(from, ''), incall(user, `2000${theirs}`, '9')],
	'an incoming number beside the own one': (user, from) => [incall(from, ''), incall(user, `2000${theirs};2000${mine}`, '9;7')],
	'the own incoming number to another one': (user, from) => [incall(from, `2000${mine}`), incall(user, '')],
	'incoming numbers in exchange': (user, from) => [incall(from, `2000${mine}`, '9'), incall(user, `2000${theirs}`, '8')],
	'extensions in exchange': (user, from) => [exten(from, `1000${mine}`), exten(user, `1000${theirs}`)],
	'a voicemail to the user': (user) => [voicemail(user, `1000${theirs}`)],
	'the own voicemail to another one': (user, from) => [voicemail(from, `1000${mine}`), voicemail(user, '')],
};
for (const [what, rows] of Object.entries(ways))
	test(`${what}: who was made goes once all of that is undone, and stays before`, async () => {
		const from = await other();
		const before = await jobs.content();
		const user = await own();
		const left = await jobs.content();
		const job = await update(...rows(user.uuid, from.uuid));
		await stays(user);
		await back(job);
		assert.deepEqual(await jobs.content(), left);
		await goes(user, before);
		await back(from.job);
	});

test('an incoming number from hand to hand and back leaves all of them as they were', async () => {
	const [first, last] = [await other(), await made()];
	const before = await jobs.content();
	const user = await own();
	const [a, b, c] = [first, user, last].map(({ uuid }) => uuid);
	const steps = [];
	for (const rows of [[incall(a, ''), incall(b, `2000${mine};2000${theirs}`, '7;9')], [incall(b, `2000${theirs}`, '9'), incall(c, `2000${mine}`, '5')],
		[incall(c, `2000${mine}`, '6')], [incall(b, ''), incall(a, `2000${mine}`), incall(c, `2000${theirs}`)]]) {
		steps.unshift(await update(...rows));
		await stays(user);
	}
	await back(...steps);
	await goes(user, before);
	await back(first.job, last.job);
});

test('of a number that is another one\'s by now the seconds that stay are told, and not those that do not come back', async () => {
	const [first, last] = [await other(), await made()];
	const job = await update(incall(first.uuid, ''));
	await update(incall(last.uuid, `2000${theirs}`, '5'));
	const taken = await jobs.undo(job);
	done(taken);
	assert.deepEqual(taken.issues.map(({ key, column, value, params }) => [key, column, value, params.user]).sort(),
		[['kept.cell', 'incall_exten', `2000${theirs}`, last.firstname], ['kept.cell', 'incall_ring_seconds', '5', last.firstname],
			['kept.gone', 'incall_exten', `2000${theirs}`, first.firstname]]);
	await back(last.job, first.job);
});

test('a number that only passed through is no change of whom it passed; what is still held or gone is one', async () => {
	const [first, last] = [await other(), await made(phone('1000949'))];
	const user = await own();
	await update(incall(first.uuid, ''), incall(user.uuid, `2000${mine};2000${theirs}`, '7;9'));
	await update(incall(user.uuid, `2000${mine}`, '7'), incall(last.uuid, `2000${theirs}`));
	// The own number is back, with other seconds.
	const lent = await update(incall(user.uuid, ''), incall(last.uuid, `2000${theirs};2000${mine}`));
	await stays(user);
	const returned = await update(incall(user.uuid, `2000${mine}`, '8'), incall(last.uuid, `2000${theirs}`));
	await stays(user);
	await back(returned, lent);
	const taken = await jobs.undo(user.job);
	done(taken);
	assert.deepEqual(taken.issues, []);
	assert.equal(await jobs.value(`SELECT count(*) FROM users WHERE uuid = '${user.uuid}'`), 0);
	assert.equal(await jobs.value(`SELECT incall_exten FROM user_row WHERE uuid = '${last.uuid}'`), `2000${theirs}`);
	await back(last.job, first.job);
});
