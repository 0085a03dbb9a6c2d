// Every column of a file, from its cell into the database and onto the user's page:
// tests/data/full.csv has a user with all of them and one with a first name alone.
// tests/unit/test_drift.c sees that the file has every column.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobId } from '../lib/client.mjs';
import { data, freshSite, root } from '../lib/stack.mjs';

// What is kept of the first row, as the database has it.
const kept = {
	entity_id: 1, subscription_type: 7, firstname: 'Zoé', lastname: 'Tout-Plein, fille',
	email: 'Zoe.Tout@Example.com', language: 'fr_CA', mobile_phone_number: '+33612345678',
	outgoing_caller_id: '"Zoé" <0142000000>', enabled: false, supervision_enabled: false,
	call_transfer_enabled: true, dtmf_hangup_enabled: true,
	call_record_outgoing_external_enabled: true, call_record_outgoing_internal_enabled: true,
	call_record_incoming_external_enabled: true, call_record_incoming_internal_enabled: true,
	online_call_record_enabled: true, simultaneous_calls: 12, ring_seconds: 45,
	call_permission_password: '12*#34', userfield: 'two\nlines', username: 'zoe.tout',
	cti_profile_enabled: true, cti_profile_name: 'Supervisor', labels: ['support', 'Île-de-France'],
	line_protocol: 'webrtc', exten: '1777', context: 'default', line_site: 'site-lyon',
	sip_username: 'zoe-webrtc', sip_secret: 's3cret, "of" Zoe\'s',
	incall_exten: ['2777', '+2778'], incall_context: ['from-extern', 'from-extern'], incall_ring_seconds: [25, 0],
	voicemail_name: 'Boîte de Zoé', voicemail_number: '1888', voicemail_context: 'default',
	voicemail_password: '98#7', voicemail_email: 'boite@example.com', voicemail_attach_audio: true,
	voicemail_delete_messages: true, voicemail_ask_password: false,
	call_permissions: ['international', 'premium; rate'],
};

// Where each column is kept.
const stored = (firstname) => `
	SELECT u.*, u.tenant_id AS entity_id, p.name AS cti_profile_name,
		l.protocol AS line_protocol, x.exten, c.name AS context, s.name AS line_site,
		l.sip_username, l.sip_secret, l.provisioning_code,
		i.exten AS incall_exten, i.context AS incall_context, i.ring_seconds AS incall_ring_seconds,
		v.name AS voicemail_name, v.number AS voicemail_number, vc.name AS voicemail_context,
		v.password AS voicemail_password, v.email AS voicemail_email,
		v.attach_audio AS voicemail_attach_audio, v.delete_messages AS voicemail_delete_messages,
		v.ask_password AS voicemail_ask_password,
		ARRAY(SELECT label.name FROM user_label m JOIN label ON label.id = m.label_id
			WHERE m.user_id = u.id ORDER BY label.name COLLATE "C") AS labels,
		ARRAY(SELECT q.name FROM user_call_permission m JOIN call_permission q ON q.id = m.call_permission_id
			WHERE m.user_id = u.id ORDER BY q.name COLLATE "C") AS call_permissions
	FROM users u
	LEFT JOIN cti_profile p ON p.id = u.cti_profile_id
	LEFT JOIN line l ON l.user_id = u.id
	LEFT JOIN line_template s ON s.id = l.line_template_id
	LEFT JOIN extension x ON x.line_id = l.id
	LEFT JOIN context c ON c.id = x.context_id
	LEFT JOIN voicemail v ON v.id = u.voicemail_id
	LEFT JOIN context vc ON vc.id = v.context_id
	LEFT JOIN LATERAL (SELECT array_agg(n.exten ORDER BY n.id) AS exten, array_agg(k.name ORDER BY n.id) AS context,
			array_agg(n.ring_seconds ORDER BY n.id) AS ring_seconds
		FROM incall n JOIN context k ON k.id = n.context_id WHERE n.user_id = u.id) i ON true
	WHERE u.firstname = '${firstname}'`;

const header = readFileSync(data('full.csv'), 'utf8').split('\n')[0].split(',');

let site, page;
before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
	const job = await site.jobEnded(jobId(await (await site.client('alice')).upload(data('full.csv'))));
	assert.deepEqual([job.state, job.errors, job.warnings], ['done', 0, 0],
		JSON.stringify(await site.sql('SELECT * FROM job_issue')));
});

// Column => what the user's page shows: the texts of the <dd> of that class.
async function shown(firstname) {
	const uuid = await site.value(`SELECT uuid FROM users WHERE firstname = '${firstname}'`);
	page ??= await site.page('alice');
	await page.goto(`/services/ipbx/users/${uuid}`);
	return page.evaluate(() => Object.fromEntries(
		[...document.querySelectorAll('dd[class]')].map((dd) => [dd.className, dd.textContent])));
}

test('what the test knows of is every column but the password', () => {
	assert.deepEqual(header.filter((name) => name !== 'password').sort(), Object.keys(kept).sort());
});

test('a row with every column is stored as it was written', async () => {
	const [row] = await site.sql(stored('Zoé'));
	for (const [column, value] of Object.entries(kept))
		assert.deepEqual(row[column], value, column);
});

test('its password is kept as a yescrypt hash that fits it', async () => {
	const hash = await site.value(`SELECT password_hash FROM users WHERE firstname = 'Zoé'`);
	assert.match(hash, /^\$y\$/);
	// Perl's crypt is that of the system, which knows yescrypt.
	const again = execFileSync('perl', ['-e', 'print crypt($ARGV[0], $ARGV[1])', 'zoe Pass é', hash]).toString();
	assert.equal(again, hash);
});

test('the page of the user shows every column', async () => {
	const dd = await shown('Zoé');
	for (const [column, value] of Object.entries(kept)) {
		const said = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value;
		const items = (list) => [list].flat().map(String).sort();
		const got = Array.isArray(value) ? dd[column].split('\n') : dd[column];
		assert.deepEqual(items(got), items(said), column);
	}
	assert.equal(dd.password, '********');
	assert.match(dd.provisioning_code, /^\d{6}$/);
	assert.match(dd.uuid, /^[0-9a-f-]{36}$/);
});

// FIELD(name, ..., empty, ...) of the table: what an empty cell means.
const empty = Object.fromEntries([...readFileSync(join(root, 'cgi/csv/fields.def'), 'utf8')
	.matchAll(/^FIELD\((\w+),[^"]*"([^"]*)"/gm)].map((m) => [m[1], m[2]]));

test('empty cells mean what the table of columns says', async () => {
	const [row] = await site.sql(stored('Vide'));
	const user = ['subscription_type', 'enabled', 'supervision_enabled', 'call_transfer_enabled', 'dtmf_hangup_enabled',
		'call_record_outgoing_external_enabled', 'call_record_outgoing_internal_enabled',
		'call_record_incoming_external_enabled', 'call_record_incoming_internal_enabled',
		'online_call_record_enabled', 'simultaneous_calls', 'ring_seconds', 'cti_profile_enabled'];
	for (const column of user)
		assert.equal(String(Number(row[column])), empty[column], column);
	for (const column of ['lastname', 'email', 'language', 'mobile_phone_number', 'outgoing_caller_id',
		'call_permission_password', 'userfield', 'username', 'cti_profile_name'])
		assert.deepEqual([empty[column], row[column]], ['null', null], column);
	assert.equal(row.password_hash, null);
	assert.equal(row.entity_id, 1);
	for (const column of ['line_protocol', 'exten', 'incall_exten', 'voicemail_number'])
		assert.equal(row[column], null, column);
	assert.deepEqual([row.labels, row.call_permissions], [[], []]);
	// A voicemail and a line that say no more than they must have the defaults too.
	const client = await site.client('alice');
	await site.jobEnded(jobId(await client.upload(Buffer.from('firstname,line_protocol,context,voicemail_name,'
		+ 'voicemail_number,voicemail_context\nPeu,sip,default,Peu,1889,default\n'))));
	const [few] = await site.sql(stored('Peu'));
	assert.equal(few.line_site, empty.line_site);
	assert.match(few.sip_username, /^[a-z0-9]{8}$/);
	assert.match(few.sip_secret, /^[A-Za-z0-9]{16}$/);
	for (const column of ['voicemail_delete_messages', 'voicemail_ask_password'])
		assert.equal(String(Number(few[column])), empty[column], column);
	assert.deepEqual([empty.voicemail_attach_audio, few.voicemail_attach_audio], ['null', null]);
});
