// Who may change users and not see their secrets learns nothing of a secret by guessing it:
// what is answered is the same whether the guess is right or wrong.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { apiOf, csv, jobOf } from '../lib/api.mjs';
import { freshSite } from '../lib/stack.mjs';

const secrets = { call_permission_password: '4711', sip_secret: 'hush-hush', voicemail_password: '4711',
	password: `$6$salt$${'a'.repeat(86)}` };
const wrong = { call_permission_password: '4712', sip_secret: 'hush-hash', voicemail_password: '4712',
	password: `$6$salt$${'b'.repeat(86)}` };
const box = { voicemail_name: 'Box', voicemail_number: '1100', voicemail_context: 'default' };

let site, api, a, b, c;
before(async () => {
	site = await freshSite();
	api = apiOf(site, 'alice');
	const made = await api.import(csv({ firstname: 'A', line_protocol: 'sip', context: 'default', sip_username: 'guessed', ...box, ...secrets },
		{ firstname: 'B', ...box }, { firstname: 'C', voicemail_name: 'C', voicemail_number: '1101', voicemail_context: 'default' }));
	[a, b, c] = made.json.created.map((row) => row.user_uuid);
	await site.psql(`UPDATE admin SET rights = array_remove(rights, 'users.secrets') WHERE username = 'alice'`);
});

const restore = () => site.psql(`UPDATE voicemail SET number = '1100', email = NULL, password = '${secrets.voicemail_password}' WHERE name = 'Box';
	UPDATE users SET call_permission_password = '${secrets.call_permission_password}', password_hash = '${secrets.password}', voicemail_id =
		(SELECT id FROM voicemail WHERE name = 'Box') WHERE firstname = 'A';
	UPDATE users SET lastname = NULL, voicemail_id = (SELECT id FROM voicemail WHERE name = 'Box') WHERE firstname = 'B';
	UPDATE users SET voicemail_id = (SELECT id FROM voicemail WHERE name = 'C') WHERE firstname = 'C';
	UPDATE line SET sip_secret = '${secrets.sip_secret}'`);

// All that an answer says, but for the digest of its plan, which is keyed for each job.
async function said(rows, query) {
	const { status, json } = await api.update(csv(...rows), {}, query);
	const list = (issues = []) => issues.map(({ code, message, details }) => [code, message, details.row_number, details.column]);
	const stored = await site.sql(`SELECT errors, warnings, counts, rows FROM job ORDER BY id DESC LIMIT 1`);
	return { status, errors: list(json.errors), warnings: list(json.warnings), plan: json.plan, changes: json.changes,
		updated: json.updated?.map((row) => row.row_number), unchanged: json.unchanged, stored };
}

async function same(right, guess) {
	const told = [];
	for (const rows of [right, guess]) {
		for (const query of ['?dry_run=1', '']) {
			await restore();
			told.push(await said(rows, query));
		}
	}
	assert.deepEqual(told.slice(2), told.slice(0, 2));
	return told;
}

for (const name of Object.keys(secrets)) {
	test(`${name} of a row that changes nothing else`, async () => {
		const [checked, applied] = await same([{ uuid: a, [name]: secrets[name] }], [{ uuid: a, [name]: wrong[name] }]);
		assert.deepEqual([checked.plan.update, applied.unchanged], [1, 0], 'it counts as a change');
		assert.deepEqual(checked.changes.map((change) => [change.column, change.old, change.new]), [[name, '********', '********']]);
	});
}

test('a PIN that two rows give for one voicemail', async () => {
	const rows = (one, other) => [{ uuid: a, voicemail_password: one }, { uuid: b, voicemail_password: other }];
	const [checked] = await same(rows('4711', '0000'), rows('4712', '0000'));
	assert.deepEqual(checked.errors.map(([code]) => code), ['duplicate']);
	await same(rows('4711', '4711'), rows('4712', '4712'));
});

test('a PIN beside a row that leaves it as it is', async () => {
	for (const other of [{ voicemail_password: '********' }, { voicemail_password: '********', voicemail_email: 'new@example.org' }]) {
		const rows = (pin) => [{ uuid: a, voicemail_password: pin, voicemail_email: '' }, { uuid: b, voicemail_email: '', ...other }];
		await same(rows('4711'), rows('4712'));
		await same(rows('4711').reverse(), rows('4712').reverse());
	}
	const bare = (pin) => [{ uuid: a, voicemail_password: pin }, { uuid: b, voicemail_password: '********', lastname: 'L' }];
	await same(bare('4711'), bare('4712'));
});

test('a PIN with another number, of the own voicemail and of one that somebody else has', async () => {
	const move = (pin) => [{ uuid: a, voicemail_number: '1105', voicemail_password: pin }, { uuid: b, voicemail_number: '1105', voicemail_password: '********' }];
	await same(move('4711'), move('4712'));
	const take = (pin) => [{ uuid: c, voicemail_number: '1100', voicemail_password: pin }];
	await same(take('4711'), take('4712'));
});

test('every PIN at once: one file tells nothing', async () => {
	const { json } = await api.update(csv(...[a, b, c].map((uuid, n) => ({ uuid, voicemail_number: '1100', voicemail_password: String(4710 + n) }))), {}, '?dry_run=1');
	assert.deepEqual(json.errors.map((error) => [error.code, error.details.row_number]), [['duplicate', 2], ['duplicate', 3]]);
});

for (const name of Object.keys(secrets)) {
	test(`${name}: neither the history, nor the changes of the job, nor its undo, nor the form tells`, async () => {
		const client = await site.client('alice'), users = '/services/ipbx/users';
		const version = async () => /name="seen" value="([^"]*)"/.exec((await client.get(`${users}/${a}/edit`)).text)[1];
		const history = async () => (await api.get(`/1.1/users/${a}/history?limit=1000`)).json;
		const day = async () => (await api.get(`/1.1/users/history?day=${new Date().toISOString().slice(0, 10)}&limit=1000`)).json;
		const undo = async (job, query = '') => {
			const { status, json } = await api.request('POST', `/1.1/imports/${job}/undo${query}`);
			return { status, plan: json.plan, counts: (await site.sql('SELECT counts, warnings, errors FROM job ORDER BY id DESC LIMIT 1')),
				changes: json.changes, warnings: json.warnings?.map((warning) => warning.code) };
		};
		const told = [];
		for (const value of [secrets[name], wrong[name]]) {
			await restore();
			const before = { version: await version(), history: (await history()).total, day: (await day()).total };
			const job = jobOf(await api.update(csv({ uuid: a, [name]: value })));
			const tab = (await client.get(`/services/ipbx/imports/${job}?show=changes`)).text;
			told.push({ written: await version() !== before.version, more: (await history()).total - before.history,
				day: (await day()).total - before.day, cells: tab.match(/<td class="column"/g), counted: /Changes[^<]*<span class="tab-n">/.test(tab),
				plan: await undo(job, '?dry_run=1'), undone: await undo(job), after: (await history()).total - before.history });
		}
		assert.deepEqual(told[1], told[0]);
		assert.equal(told[0].written, true);
		assert.deepEqual(told[0].plan.warnings, ['secrets_kept']);
		assert.deepEqual([told[0].more, told[0].plan.plan.update, told[0].cells], [0, 0, null]);
	});
}

test('the undo of an import does not tell either whether a user of it has another secret now', async () => {
	await site.psql(`UPDATE admin SET rights = array_append(rights, 'users.secrets') WHERE username = 'alice'`);
	const told = [];
	for (const pin of ['1234', '4321']) {
		const made = await api.import(csv({ firstname: 'Guessed', call_permission_password: '1234' }));
		await site.psql(`UPDATE admin SET rights = array_remove(rights, 'users.secrets') WHERE username = 'alice'`);
		const { user_uuid: uuid } = made.json.created[0];
		await api.update(csv({ uuid, call_permission_password: pin }));
		const { json } = await api.request('POST', `/1.1/imports/${jobOf(made)}/undo?dry_run=1`);
		told.push([json.plan, json.warnings]);
		await site.psql(`UPDATE admin SET rights = array_append(rights, 'users.secrets') WHERE username = 'alice'`);
	}
	assert.deepEqual(told[1], told[0]);
	assert.equal(told[0][0].remove, 1);
	await site.psql(`UPDATE admin SET rights = array_remove(rights, 'users.secrets') WHERE username = 'alice'`);
});

test('who may see secrets is told what changes, and an unchanged file is unchanged', async () => {
	await restore();
	await site.psql(`UPDATE admin SET rights = array_append(rights, 'users.secrets') WHERE username = 'alice'`);
	const { json } = await api.update(csv({ uuid: a, voicemail_password: '4711', sip_secret: secrets.sip_secret }));
	assert.deepEqual([json.unchanged, json.warnings], [1, []]);
	const changed = await api.update(csv({ uuid: a, voicemail_password: '4712' }));
	assert.equal((await api.get(`/1.1/users/${a}/history?limit=1`)).json.items[0].column, 'voicemail_password');
	assert.equal((await api.request('POST', `/1.1/imports/${jobOf(changed)}/undo`)).status, 200);
	assert.equal(await site.value(`SELECT password FROM voicemail WHERE name = 'Box'`), '4711');
});

test('who has a number is told to who may read users alone', async () => {
	const rights = (list) => site.psql(`UPDATE admin SET rights = '{${list}}' WHERE username = 'alice'`);
	const exten = '1150', told = [];
	await rights('users.read,users.import');
	await api.import(csv({ firstname: 'Hidden', lastname: 'Holder', line_protocol: 'sip', context: 'default', exten, email: 'hidden@example.org' }));
	const rows = csv({ firstname: 'X', line_protocol: 'sip', context: 'default', exten, email: 'hidden@example.org' });
	for (const list of ['users.read,users.import', 'users.import']) {
		await rights(list);
		const answer = await api.import(rows);
		const page = await (await site.client('alice')).get(`/services/ipbx/imports/${jobOf(answer)}`);
		told.push([answer.json.errors.map((e) => e.code), /Hidden Holder/.test(answer.text), /Hidden Holder/.test(page.text)]);
	}
	assert.deepEqual(told, [[['taken', 'taken'], true, true], [['taken', 'taken'], false, false]]);
});
