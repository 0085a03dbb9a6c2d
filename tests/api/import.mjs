// POST /1.1/users/import, a case a test: what it answers, and what is there then.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv, told } from '../lib/api.mjs';

let site, api, bob;
before(async () => {
	site = await freshSite();
	api = apiOf(site, 'alice');
	bob = apiOf(site, 'bob');
});

const full = {
	firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.com', language: 'en_US',
	mobile_phone_number: '+33601020304', outgoing_caller_id: 'anonymous', enabled: '1',
	supervision_enabled: '0', call_transfer_enabled: '1', dtmf_hangup_enabled: '1',
	call_record_outgoing_external_enabled: '1', call_record_outgoing_internal_enabled: '1',
	call_record_incoming_external_enabled: '1', call_record_incoming_internal_enabled: '1',
	online_call_record_enabled: '1', simultaneous_calls: '7', ring_seconds: '45',
	call_permission_password: '1234', userfield: 'engine', subscription_type: '2',
	username: 'ada', password: 'ada-Secret-1', cti_profile_enabled: '1', cti_profile_name: 'Client',
};

// Nothing is made by `send`, and it is answered with these errors.
async function refused(rows, errors, phrase) {
	const before = await site.content();
	const answer = await api.import(typeof rows === 'string' ? rows : csv(...rows));
	assert.equal(answer.status, 400, answer.text);
	assert.deepEqual(told(answer.json.errors), errors);
	if (phrase)
		assert.ok(answer.json.errors[0].message.includes(phrase), answer.json.errors[0].message);
	assert.equal(await site.content(), before);
	return answer;
}

async function made(...rows) {
	const answer = await api.import(csv(...rows));
	assert.equal(answer.status, 201, answer.text);
	assert.deepEqual(answer.json.created.map((row) => row.row_number), rows.map((_, i) => i + 1));
	return answer.json;
}

// The one user of a file of one row: its line of the answer, and what there is of it.
async function one(row) {
	const { created: [line], warnings } = await made(row);
	return { line, warnings, user: await api.user(line.user_uuid) };
}

test('required fields missing', async () => {
	await refused([{ firstname: '', lastname: 'x' }], [['missing', 1, 'firstname']],
		'Input Error - missing parameters: firstname');
	await refused('lastname\nx\n', [['file', 0, null]]);
});

test('a minimal user', async () => {
	const { line, user } = await one({ firstname: 'Min' });
	assert.deepEqual({ ...line, user_id: 0, user_uuid: '' }, {
		row_number: 1, user_id: 0, user_uuid: '', voicemail_id: null, line_id: null, sip_uuid: null,
		sccp_id: null, extension_id: null, incall_extension_id: null, incall_extension_ids: [],
		call_permission_ids: [], label_ids: [],
	});
	assert.equal(user.id, line.user_id);
	assert.deepEqual([user.firstname, user.lastname, user.enabled, user.ring_seconds, user.simultaneous_calls],
		['Min', null, true, 30, 5]);
	assert.deepEqual([user.lines, user.extensions, user.incalls, user.voicemail, user.call_permissions, user.labels],
		[[], [], [], null, [], []]);
});

test('a full user', async () => {
	const { user } = await one(full);
	for (const [name, value] of Object.entries(full)) {
		if (name === 'password')
			assert.equal(user[name], '********');
		else
			assert.equal(typeof user[name] === 'boolean' ? Number(user[name]).toString() : String(user[name]), value, name);
	}
	const [exported] = (await api.export('?search=Lovelace'));
	assert.match(exported.password, /^\$y\$/);
	for (const [name, value] of Object.entries(full))
		if (name !== 'password')
			assert.equal(exported[name], value, name);
});

test('a login: each kind of error, and one that is taken in another tenant', async () => {
	await refused([{ firstname: 'a', username: 'a b' }], [['invalid', 1, 'username']]);
	await refused([{ firstname: 'a', cti_profile_enabled: '1' }],
		[['missing', 1, 'username'], ['missing', 1, 'password'], ['missing', 1, 'cti_profile_name']]);
	await refused([{ firstname: 'a', cti_profile_name: 'nothing' }], [['unknown', 1, 'cti_profile_name']],
		"Resource Not Found - CtiProfile was not found");
	assert.equal((await bob.import(csv({ firstname: 'B', username: 'bee', email: 'bee@example.com' }))).status, 201);
	const answer = await refused([{ firstname: 'a', username: 'BEE', email: 'BEE@example.com' }],
		[['taken', 1, 'username'], ['taken', 1, 'email']], 'Resource Error - User already exists');
	assert.ok(!answer.text.includes('belongs to'), 'the holder is not in scope');
});

test('a phone, minimal', async () => {
	for (const protocol of ['sip', 'webrtc', 'ua', 'sccp']) {
		const { line, user } = await one({ firstname: protocol, line_protocol: protocol, context: 'default' });
		assert.equal(line.line_id, user.lines[0].id);
		assert.equal(line.extension_id, null);
		assert.equal(line.sip_uuid, protocol === 'sccp' ? null : user.lines[0].uuid);
		assert.equal(line.sccp_id, protocol === 'sccp' ? line.line_id : null);
		assert.match(user.lines[0].provisioning_code, /^\d{6}$/);
	}
});

test('a phone, full', async () => {
	const { line, user } = await one({ firstname: 'Phone', line_protocol: 'sip', context: 'default', exten: '1100',
		line_site: 'site-lyon', sip_username: 'phone1100', sip_secret: 'S3cret-word!' });
	const { id, uuid, protocol, context, line_site, sip_username, sip_secret } = user.lines[0];
	assert.ok(id > 0 && uuid);
	assert.deepEqual({ protocol, context, line_site, sip_username, sip_secret }, { protocol: 'sip',
		context: 'default', line_site: 'site-lyon', sip_username: 'phone1100',
		sip_secret: 'S3cret-word!' });
	assert.deepEqual(user.extensions, [{ id: line.extension_id, exten: '1100', context: 'default' }]);
});

test('a phone in error', async () => {
	await refused([{ firstname: 'a', exten: '1101', context: 'default' }], [['missing', 1, 'line_protocol']],
		'missing parameters: line_protocol');
	await refused([{ firstname: 'a', exten: '1101', context: 'default', line_protocol: 'iax' }],
		[['choice', 1, 'line_protocol']], 'must be one of (sip, sccp, webrtc, ua)');
	await refused([{ firstname: 'a', exten: '5555', context: 'default', line_protocol: 'sip' }],
		[['exten_range', 1, 'exten']], "Extension '5555' is outside of range for context 'default'");
	await refused([{ firstname: 'a', exten: '2001', context: 'from-extern', line_protocol: 'sip' }],
		[['context_type', 1, 'context']]);
	await refused([{ firstname: 'a', context: 'default', line_protocol: 'sip', line_site: 'nowhere' }],
		[['unknown', 1, 'line_site']]);
});

test('a phone in another tenant is nowhere', async () => {
	await refused([{ firstname: 'a', exten: '3001', context: 'globex-only', line_protocol: 'sip' }],
		[['unknown', 1, 'context']], 'Resource Not Found - Context was not found');
});

test('an extension that is free is taken, one that is held is not', async () => {
	await site.psql(`INSERT INTO extension (tenant_id, context_id, exten)
		SELECT tenant_id, id, '1110' FROM context WHERE tenant_id = 1 AND name = 'default'`);
	const id = await site.value(`SELECT id FROM extension WHERE exten = '1110'`);
	const { line } = await one({ firstname: 'Free', exten: '1110', context: 'default', line_protocol: 'sip' });
	assert.equal(line.extension_id, id);
	await refused([{ firstname: 'Late', exten: '1110', context: 'default', line_protocol: 'sip' }],
		[['taken', 1, 'exten']], 'Resource Error - Extension already exists');
});

test('an incall, minimal and full, and several', async () => {
	const minimal = await one({ firstname: 'In', incall_exten: '2100', incall_context: 'from-extern' });
	assert.deepEqual(minimal.user.incalls.map(({ extensions, ...incall }) => incall), [{ id: minimal.line.incall_extension_id, exten: '2100',
		context: 'from-extern', ring_seconds: null }]);
	const several = await one({ firstname: 'Ins', incall_exten: '2101;2102', incall_context: 'from-extern;from-extern',
		incall_ring_seconds: '10;' });
	assert.deepEqual(several.user.incalls.map((i) => [i.exten, i.ring_seconds]), [['2101', 10], ['2102', null]]);
	assert.deepEqual(several.line.incall_extension_ids, several.user.incalls.map((i) => i.id));
	assert.equal(several.line.incall_extension_id, several.line.incall_extension_ids[0]);
});

test('an incall in error, in another tenant, existing and free, existing and taken', async () => {
	await refused([{ firstname: 'a', incall_exten: 'abc', incall_context: 'from-extern' }], [['invalid', 1, 'incall_exten']]);
	await refused([{ firstname: 'a', incall_exten: '9999', incall_context: 'from-extern' }],
		[['exten_range', 1, 'incall_exten']]);
	await refused([{ firstname: 'a', incall_exten: '1200', incall_context: 'default' }],
		[['context_type', 1, 'incall_context']]);
	await refused([{ firstname: 'a', incall_exten: '2103', incall_context: 'nowhere' }],
		[['unknown', 1, 'incall_context']]);
	const other = await bob.import(csv({ firstname: 'B', incall_exten: '2110', incall_context: 'from-extern' }));
	assert.equal(other.status, 201, 'the same number in another tenant');
	await one({ firstname: 'same', incall_exten: '2110', incall_context: 'from-extern' });
	const held = await one({ firstname: 'held', incall_exten: '2111', incall_context: 'from-extern' });
	await refused([{ firstname: 'a', incall_exten: '2111', incall_context: 'from-extern' }],
		[['taken', 1, 'incall_exten']], 'Resource Error - Incall already exists');
	assert.equal((await api.delete(`/1.1/users/${held.user.uuid}`)).status, 204);
	const freed = await one({ firstname: 'freed', incall_exten: '2111', incall_context: 'from-extern' });
	assert.equal(freed.line.incall_extension_id, held.line.incall_extension_id);
});

test('a voicemail, minimal and full', async () => {
	const minimal = await one({ firstname: 'V', voicemail_name: 'V', voicemail_number: '700', voicemail_context: 'default' });
	assert.equal(minimal.line.voicemail_id, minimal.user.voicemail.id);
	assert.deepEqual([minimal.user.voicemail.ask_password, minimal.user.voicemail.attach_audio], [true, null]);
	const whole = await one({ firstname: 'V', voicemail_name: 'Whole', voicemail_number: '701', voicemail_context: 'default',
		voicemail_password: '4321', voicemail_email: 'v@example.com', voicemail_attach_audio: '1',
		voicemail_delete_messages: '1', voicemail_ask_password: '0' });
	assert.deepEqual({ ...whole.user.voicemail, id: 0 }, { id: 0, name: 'Whole', number: '701', context: 'default',
		password: '4321', email: 'v@example.com', attach_audio: true, delete_messages: true, ask_password: false });
});

test('a voicemail that nobody has is made anew: nobody inherits a name, a PIN or an address', async () => {
	const number = '720';
	const row = { voicemail_number: number, voicemail_context: 'default' };
	const leaver = await one({ firstname: 'Leaver', ...row, voicemail_name: 'Leaver', voicemail_password: '4711',
		voicemail_email: 'leaver@example.com', voicemail_ask_password: '0' });
	await api.delete(`/1.1/users/${leaver.line.user_uuid}`);
	const checked = await api.check('import', csv({ firstname: 'New', lastname: 'Comer', ...row }));
	assert.deepEqual(checked.json.plan.resources.voicemails, { create: 0, update: 1, unchanged: 0 });
	const newcomer = await one({ firstname: 'New', lastname: 'Comer', ...row });
	assert.deepEqual(told(newcomer.warnings), [['voicemail_taken_over', 1, 'voicemail_number']]);
	assert.deepEqual(newcomer.user.voicemail, { id: leaver.line.voicemail_id, name: 'New Comer', number, context: 'default',
		password: null, email: null, attach_audio: null, delete_messages: false, ask_password: true });
	// Two of one file share it; what the first row says is applied.
	await api.delete(`/1.1/users/${newcomer.line.user_uuid}`);
	const { created, warnings } = await made({ firstname: 'A', ...row, voicemail_name: '', voicemail_password: '' },
		{ firstname: 'B', ...row, voicemail_name: 'Ours', voicemail_password: '12' }, { firstname: 'C', ...row, voicemail_name: '', voicemail_password: '34' });
	assert.deepEqual(told(warnings), [['voicemail_taken_over', 2, 'voicemail_number'], ['shared', 3, 'voicemail_number']]);
	assert.deepEqual([...new Set(created.map((line) => line.voicemail_id))], [leaver.line.voicemail_id]);
	const { voicemail } = await api.user(created[0].user_uuid);
	assert.deepEqual([voicemail.name, voicemail.password], ['Ours', '12']);
});

test('a voicemail in error, in another tenant, existing', async () => {
	await refused([{ firstname: 'a', voicemail_name: 'a', voicemail_number: 'x1', voicemail_context: 'default' }],
		[['invalid', 1, 'voicemail_number']]);
	await refused([{ firstname: 'a', voicemail_name: 'a', voicemail_number: '702', voicemail_context: 'globex-only' }],
		[['unknown', 1, 'voicemail_context']]);
	const first = await one({ firstname: 'V', voicemail_name: 'V', voicemail_number: '703', voicemail_context: 'default' });
	const second = await one({ firstname: 'W', voicemail_number: '703', voicemail_context: 'default' });
	assert.equal(second.line.voicemail_id, first.line.voicemail_id);
	assert.deepEqual(told(second.warnings).map(([code]) => code), ['shared']);
	// Whether a password is that of the voicemail is told to nobody.
	await site.psql(`UPDATE voicemail SET password = '4711' WHERE number = '703'`);
	const guesses = await api.check('import', csv(...['4710', '4711', '4712'].map((pin) =>
		({ firstname: 'G', voicemail_number: '703', voicemail_context: 'default', voicemail_password: pin }))));
	assert.deepEqual([...new Set(guesses.json.warnings.map(({ message }) => message))],
		["voicemail '703' exists already: its other cells are not applied (voicemail_password)"]);
	const mine = await bob.import(csv({ firstname: 'B', voicemail_name: 'B', voicemail_number: '703', voicemail_context: 'default' }));
	assert.notEqual(mine.json.created[0].voicemail_id, first.line.voicemail_id);
});

test('groups whose cells are all empty are not made', async () => {
	const { line, warnings } = await one({ firstname: 'Empty', line_protocol: '', exten: '', context: '', incall_exten: '',
		incall_context: '', voicemail_name: '', voicemail_number: '', voicemail_context: '', call_permissions: '', labels: '' });
	assert.deepEqual([line.line_id, line.voicemail_id, line.incall_extension_ids, line.call_permission_ids, line.label_ids],
		[null, null, [], [], []]);
	assert.deepEqual(warnings, []);
});

test('a group of which some cells are there is not made, and a warning says so', async () => {
	const { line, warnings } = await one({ firstname: 'Half', voicemail_name: 'x', voicemail_number: '704' });
	assert.equal(line.voicemail_id, null);
	assert.deepEqual(told(warnings).map(([code, row]) => [code, row]), [['group', 1]]);
});

test('one and several call permissions and labels, and unknown ones', async () => {
	const first = await one({ firstname: 'P', call_permissions: 'mobile', labels: 'sales' });
	assert.deepEqual(first.user.call_permissions.map((p) => p.name), ['mobile']);
	assert.deepEqual(first.line.call_permission_ids, first.user.call_permissions.map((p) => p.id));
	const several = await one({ firstname: 'P', call_permissions: 'mobile; international;premium\\; rate;mobile',
		labels: 'sales;Île-de-France' });
	assert.deepEqual(several.user.call_permissions.map((p) => p.name).sort(), ['international', 'mobile', 'premium; rate']);
	assert.deepEqual(several.line.label_ids, several.user.labels.map((l) => l.id));
	await refused([{ firstname: 'P', call_permissions: 'mobile;globex-perm' }], [['unknown', 1, 'call_permissions']],
		'Resource Not Found - CallPermission was not found');
	await refused([{ firstname: 'P', labels: 'nope' }], [['unknown', 1, 'labels']],
		'Resource Not Found - Label was not found');
});

test('rows of mixed kinds, answered in the order of the file', async () => {
	const { created } = await made({ firstname: 'Mix1' },
		{ firstname: 'Mix2', line_protocol: 'sip', context: 'default', exten: '1301' },
		{ firstname: 'Mix3', voicemail_name: 'm', voicemail_number: '710', voicemail_context: 'default' },
		{ firstname: 'Mix4', incall_exten: '2301', incall_context: 'from-extern', labels: 'support' });
	assert.deepEqual(created.map((c) => [!!c.line_id, !!c.voicemail_id, c.incall_extension_ids.length, c.label_ids.length]),
		[[false, false, 0, 0], [true, false, 0, 0], [false, true, 0, 0], [false, false, 1, 1]]);
});

test('an error in row 2 undoes row 1', async () => {
	await refused([{ firstname: 'Undone', line_protocol: 'sip', context: 'default', exten: '1310' }, { firstname: '' , lastname: 'x' }],
		[['missing', 2, 'firstname']]);
	assert.deepEqual(await api.export('?search=Undone'), []);
});

test('an error shows its row as it was sent, with the secrets masked', async () => {
	const answer = await refused([{ firstname: 'Secret', email: 'no', password: 'hush-hush', sip_secret: 'quiet',
		voicemail_password: '8642', pasword: 'slip' }], [['invalid', 1, 'email']]);
	const { message, timestamp, details } = answer.json.errors[0];
	assert.match(message, /^Input Error - field 'email': 'no' is not valid/);
	assert.ok(Math.abs(timestamp - Date.now() / 1000) < 120);
	assert.deepEqual([details.line, details.value], [2, 'no']);
	assert.deepEqual(details.row, { firstname: 'Secret', email: 'no', password: '********', sip_secret: '********',
		voicemail_password: '********', pasword: '********' });
	for (const secret of ['hush-hush', 'quiet', '8642', 'slip'])
		assert.ok(!answer.text.includes(secret) && !site.log().includes(secret), secret);
	assert.equal(await site.value(`SELECT count(*) FROM job_issue_row WHERE "row"::text ~ 'hush|quiet|8642|slip'`), 0);
});

test('a row whose cells have slipped shows none of them where the file has secrets', async () => {
	const answer = await refused('firstname,lastname,password\nA,hush-hush\n', [['cells', 1, null]]);
	assert.ok(!answer.text.includes('hush-hush'));
});

test('warnings alone: applied, and told', async () => {
	const answer = await api.import('firstname,fistname,uuid\nWarn,x,y\n');
	assert.equal(answer.status, 201);
	assert.deepEqual(told(answer.json.warnings), [['column_unknown', 0, 'fistname'], ['column_ignored', 0, 'uuid']]);
	assert.match(answer.json.warnings[0].message, /did you mean `?firstname/);
});

test('a column that is ignored is ignored, and one that is read by its name is said', async () => {
	const { user_uuid: uuid } = (await api.import(csv({ firstname: 'Dotted', email: 'dotted@example.com' }))).json.created[0];
	// A Greek letter is another letter; an accent or a dot is not.
	const ignored = await api.update(`uuid,\u0395MAIL\n${uuid},other@example.com\n`);
	assert.equal(ignored.status, 200, ignored.text);
	assert.deepEqual([ignored.json.unchanged, told(ignored.json.warnings)], [1, [['column_unknown', 0, '\u0395MAIL']]]);
	assert.equal(await site.value(`SELECT email FROM users WHERE uuid = '${uuid}'`), 'dotted@example.com');
	const read = await api.update(`uuid,EMA\u0130L\n${uuid},other@example.com\n`);
	assert.deepEqual(told(read.json.warnings).map(([code]) => code), ['labels_read']);
	assert.equal(await site.value(`SELECT email FROM users WHERE uuid = '${uuid}'`), 'other@example.com');

	// Each once, though they have one name, which is none.
	const nameless = await api.import('firstname,,lastname,\nN,1,2,3\n');
	assert.deepEqual(told(nameless.json.warnings).map(([code]) => code), ['column_unknown', 'column_unknown']);
});

test('all tenants: the entity chooses, and is needed', async () => {
	const root = apiOf(site, 'root');
	const both = await root.import(csv({ entity_id: '1', firstname: 'Root1' }, { entity_id: '2', firstname: 'Root2' }));
	assert.equal(both.status, 201, both.text);
	assert.deepEqual((await bob.export('?search=Root')).map((u) => u.firstname), ['Root2']);
	const none = await root.import(csv({ firstname: 'Root3' }));
	assert.deepEqual(told(none.json.errors), [['missing', 1, 'entity_id']]);
	assert.match(none.json.errors[0].message, /^Input Error - missing parameters: entity_id; choose an entity .*Wazo-Tenant.*add the column entity_id/);
	const unknown = await root.import(csv({ firstname: 'Root3', entity_id: '99' }));
	assert.match(unknown.json.errors[0].message, /Entity was not found/);
	const scoped = apiOf(site, 'root', { headers: { 'wazo-tenant': '22222222-2222-4222-8222-222222222222' } });
	assert.equal((await scoped.import(csv({ firstname: 'Root4' }))).status, 201);
	assert.deepEqual((await bob.export('?search=Root4')).map((u) => u.entity_id), ['2']);
	await refused([{ firstname: 'E', entity_id: '2' }], [['entity', 1, 'entity_id']], 'entity 2 is outside of your scope');
});

test('an empty body, and one without rows, have no rows', async () => {
	for (const body of ['', '\n\n', 'firstname\n']) {
		const answer = await api.import(body);
		assert.equal(answer.status, 400);
		assert.deepEqual(told(answer.json.errors), [['file', 0, null]]);
		assert.match(answer.json.errors[0].message, /no rows/);
	}
});
