// Each column of an update alone: wrong, set, set again, emptied, emptied again.
// The columns come from the program's own table, so a new one is tested by itself;
// where the test does not know a value for it, it says so.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { listColumns, sampleRow, storedColumns } from '../lib/columns.mjs';
import { Jobs, csv } from '../lib/jobs.mjs';
import { freshSite } from '../lib/stack.mjs';
import { wideSite } from '../lib/wide.mjs';

const columns = listColumns().filter(({ name, required }) => required !== 'never read' && name !== 'uuid');
let jobs;
let uuids;

// A user with a value in every column; `n` makes names and numbers its own.
const whole = (n) => ({
	...sampleRow(), entity_id: '', firstname: `Of ${columns[n].name}`, email: `of${n}@example.org`, username: `of.${n}`,
	password: '$6$saltsalt$' + 'a'.repeat(86), cti_profile_enabled: 0, labels: 'sales',
	exten: 1100 + n, sip_username: `of-${n}`, incall_exten: 2100 + n, incall_context: 'from-extern', incall_ring_seconds: 7,
	voicemail_number: 1100 + n, voicemail_email: `vm${n}@example.org`, call_permissions: 'international',
});

// Names of things that exist, other than those of whole().
const names = {
	cti_profile_name: 'Client', context: 'second', line_site: 'default', voicemail_context: 'second',
	incall_context: 'second-extern', labels: 'support;Île-de-France', call_permissions: 'mobile;premium\\; rate',
};

// A value of the column's type that no user of whole() has.
function otherValue({ name, type, values }, n, current) {
	switch (type) {
	case 'number': {
		const low = Number(/^\d+/.exec(values)[0]);
		return String(low + 5 - (low % 5));
	}
	case 'bool': return String(1 - Number(current));
	case 'text': return `Set.${n}`;
	case 'email': return `set${n}@example.net`;
	case 'choice': return values.split(', ').find((value) => value !== current);
	case 'phone': return '+4930123';
	case 'exten': return String(1500 + n);
	case 'digits': return String(1500 + n);
	case 'extens': return String(2500 + n);
	case 'numbers': return '45';
	case 'secret': return '2468024680';
	case 'name':
	case 'names':
		assert.ok(names[name], `teach the test a name for ${name}`);
		return names[name];
	default:
		throw new Error(`teach the test a value of the type ${type}`);
	}
}

// What no column takes, by its type, and the code that says so.
const wrong = {
	number: ['99999999999999999999', 'range'], bool: ['maybe', 'choice'], text: ['x'.repeat(600), 'invalid'], email: ['nobody', 'invalid'],
	choice: ['nothing of it', 'choice'], phone: ['call me', 'invalid'], exten: ['12a', 'invalid'], digits: ['12a', 'invalid'],
	extens: ['12a', 'invalid'], numbers: ['ten', 'invalid'], secret: ['é', 'invalid'],
	name: ['No such thing', 'unknown'], names: ['No such thing', 'unknown'],
};

const stored = async (n) => (await jobs.sql(storedColumns(`u.uuid = '${uuids[n]}'`)))[0];

// The columns whose values differ; what only follows from another column is not in it.
const differing = (a, b) => columns.map(({ name }) => name).filter((name) => a[name] !== b[name]);

// What leaves the user together with the column.
function gone(name) {
	if (/^voicemail_(number|context)$/.test(name))
		return columns.map((column) => column.name).filter((other) => other.startsWith('voicemail_'));
	if (/^incall_(exten|context)$/.test(name))
		return ['incall_exten', 'incall_context', 'incall_ring_seconds'];
	return [name];
}

async function update(n, value) {
	return jobs.run('update', csv([{ uuid: uuids[n], [columns[n].name]: value }]));
}

// What the test cannot know of a new column is asked for once, before it begins.
for (const { name, type } of columns) {
	assert.ok(sampleRow()[name], `tests/data/full.csv has no value of ${name}`);
	assert.ok(wrong[type], `this test knows no wrong value of the type ${type}`);
}

before(async () => {
	const site = await freshSite({ setup: wideSite(), pages: 1, uploads: 1 });
	jobs = new Jobs(site);
	const job = await jobs.run('import', csv(columns.map((_, n) => whole(n))));
	assert.deepEqual([job.state, job.issues], ['done', []]);
	uuids = (await jobs.sql('SELECT uuid FROM users ORDER BY id')).map((row) => row.uuid);
});
after(() => jobs?.close());

// What happens to each column, one after the other.
const story = {
	async 'what is invalid changes nothing'(n, { name, type }) {
		const before = await stored(n);
		const [value, code] = wrong[type];
		const job = await update(n, value);
		assert.equal(job.state, 'failed');
		assert.deepEqual(job.issues.map((issue) => [issue.row, issue.column, issue.code]), [[1, name, code]]);
		assert.equal(job.issues[0].value, type === 'secret' ? null : job.issues[0].value);
		assert.deepEqual(await stored(n), before);
	},

	async 'a value is set, and nothing else'(n, { name, type }) {
		const before = await stored(n);
		const value = name === 'entity_id' ? '2' : otherValue(columns[n], n, before[name]);
		const job = await update(n, value);
		const now = await stored(n);
		if (name === 'entity_id' || name === 'line_protocol') {
			assert.deepEqual(job.issues.map((issue) => issue.code), [name === 'entity_id' ? 'entity' : 'protocol']);
			assert.deepEqual(now, before);
			return;
		}
		assert.deepEqual([job.state, job.issues, job.counts.changed, job.counts.unchanged], ['done', [], 1, 0]);
		assert.deepEqual(differing(before, now), [name]);
		if (name === 'password')
			assert.match(now.password, /^\$y\$/);
		else if (type === 'names')
			assert.deepEqual(now[name].split(';').sort(), value.split(';').sort());
		else
			assert.equal(now[name], value);
		for (const id of ['user_id', 'line_id', 'extension_id', 'voicemail_id', 'incall_ids'])
			assert.deepEqual(now[id], before[id], `${id} stays`);
	},

	async 'the same value again is no change'(n, { name }) {
		const before = await stored(n);
		const job = await update(n, before[name]);
		assert.deepEqual([job.state, job.issues, job.counts.changed, job.counts.unchanged], ['done', [], 0, 1]);
		assert.deepEqual(await stored(n), before, 'not even written');
	},

	async 'an empty cell does what the table says'(n, { name, empty, updateEmpty }) {
		const before = await stored(n);
		const job = await update(n, '');
		const now = await stored(n);
		const issues = job.issues.map((issue) => [issue.level, issue.code]);
		switch (updateEmpty) {
		case 'MISSING':
		case 'PROTOCOL':
			assert.deepEqual([job.state, issues], ['failed', [['error', updateEmpty.toLowerCase()]]]);
			assert.equal(job.issues[0].column, name);
			assert.deepEqual(now, before);
			return;
		case 'IGNORED':
			assert.deepEqual([job.state, issues], ['done', []]);
			assert.deepEqual(now, before);
			return;
		case 'DETACHES':
			assert.deepEqual([job.state, issues], ['done', [['warning', 'detached']]]);
			break;
		default:
			assert.deepEqual([job.state, issues], ['done', []]);
		}
		assert.equal(now[name], updateEmpty === 'DEFAULT' ? empty : null);
		assert.deepEqual(differing(before, now).filter((other) => !gone(name).includes(other)), []);
	},

	async 'and again it is no change'(n, { name, updateEmpty }) {
		if (updateEmpty === 'MISSING' || updateEmpty === 'PROTOCOL')
			return;
		const before = await stored(n);
		const job = await update(n, '');
		assert.deepEqual([job.state, job.issues, job.counts.changed], ['done', [], 0]);
		assert.deepEqual(await stored(n), before);
	},
};

for (const [n, column] of columns.entries()) {
	test(`${column.name}: wrong, set, set again, emptied, emptied again`, async () => {
		for (const [what, happens] of Object.entries(story)) {
			try {
				await happens(n, column);
			} catch (e) {
				e.message = `${what}: ${e.message}`;
				throw e;
			}
		}
	});
}

test('an older column that stands for four changes them, and each change is kept', async () => {
	const four = ['incoming_external', 'incoming_internal', 'outgoing_external', 'outgoing_internal'].map((part) => `call_record_${part}_enabled`);
	assert.equal((await jobs.run('update', csv([{ uuid: uuids[0], call_record_enabled: '0' }]))).state, 'done');
	const job = await jobs.run('update', csv([{ uuid: uuids[0], call_record_enabled: '1' }]));
	assert.deepEqual([job.state, job.counts.changed], ['done', 1]);
	assert.deepEqual((await jobs.value(`SELECT akeys(new) FROM kept_change WHERE job_id = ${job.id}`)).sort(), four);
});
