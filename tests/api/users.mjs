// The users one by one and as an export, updates of each kind, and the jobs.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv, told } from '../lib/api.mjs';
import { until } from '../lib/held.mjs';
import { hold } from '../lib/hold.mjs';
import { Jobs } from '../lib/jobs.mjs';

let site, api, bob, reader, uuids;

const whole = (n) => ({ firstname: `User${n}`, lastname: 'Whole', email: `user${n}@example.com`, username: `user${n}`,
	password: 'some-Secret-1', call_permission_password: '1234', userfield: '=1+1', line_protocol: 'sip', context: 'default',
	exten: `120${n}`, sip_username: `sip120${n}`, sip_secret: 'keep-it-safe', incall_exten: `220${n}`, incall_context: 'from-extern',
	incall_ring_seconds: '15', voicemail_name: `Box${n}`, voicemail_number: `120${n}`, voicemail_context: 'default',
	voicemail_password: '9876', call_permissions: 'mobile', labels: 'sales' });

before(async () => {
	site = await freshSite();
	api = apiOf(site, 'alice');
	bob = apiOf(site, 'bob');
	reader = apiOf(site, 'reader');
	const made = await api.import(csv(whole(1), whole(2), whole(3), { firstname: 'Bare' }));
	assert.equal(made.status, 201, made.text);
	uuids = made.json.created.map((row) => row.user_uuid);
});

// ---- reading

test('the list: search, order, direction, limit, offset', async () => {
	const names = async (query) => {
		const { status, json, text } = await api.get(`/1.1/users${query}`);
		assert.equal(status, 200, text);
		return [json.total, ...json.items.map((user) => user.firstname)];
	};
	assert.deepEqual(await names(''), [4, 'Bare', 'User1', 'User2', 'User3']);
	assert.deepEqual(await names('?direction=desc&limit=2'), [4, 'User3', 'User2']);
	assert.deepEqual(await names('?order=exten&offset=1&limit=1'), [4, 'User2']);
	assert.deepEqual(await names('?order=id&direction=desc&limit=1'), [4, 'Bare']);
	assert.deepEqual(await names('?search=1202'), [1, 'User2']);
	assert.deepEqual(await names('?search=USER3%40'), [1, 'User3']);
	assert.deepEqual(await names('?limit=0'), [4]);
	assert.deepEqual(await names('?search=%25'), [0]);
	assert.deepEqual(await names('?search=wh%C3%B6le%20USER3'), [1, 'User3']);
	assert.deepEqual((await api.export('?search=wh%C3%B6le%20USER3')).map((row) => row.firstname), ['User3']);
	for (const order of ['name', 'firstname', 'lastname', 'email', 'username', 'provisioning_code', 'entity_id'])
		for (const direction of ['asc', 'desc'])
			assert.equal((await names(`?order=${order}&direction=${direction}`)).length, 5);
	for (const bad of ['order=password_hash', 'direction=up', 'limit=-1', 'limit=x', 'offset=1e3', 'limit=9999999999'])
		assert.equal((await api.get(`/1.1/users?${bad}`)).status, 400, bad);
	assert.deepEqual((await bob.get('/1.1/users')).json, { total: 0, items: [] });
});

test('one user, by uuid and by id; nothing of another tenant', async () => {
	const user = await api.user(uuids[0]);
	assert.deepEqual((await api.get(`/1.1/users/${user.id}`)).json, user);
	assert.equal(user.incalls[0].ring_seconds, 15);
	for (const name of [uuids[0], user.id])
		assert.equal((await bob.get(`/1.1/users/${name}`)).status, 404);
	for (const name of ['0', 'x', '00000000-0000-4000-8000-000000000000', '99999999', "'"])
		assert.equal((await api.get(`/1.1/users/${name}`)).status, 404, name);
});

test('secrets are for who has the right', async () => {
	const seen = await api.user(uuids[0]), masked = await reader.user(uuids[0]);
	assert.deepEqual([seen.lines[0].sip_secret, seen.voicemail.password, seen.call_permission_password, seen.password],
		['keep-it-safe', '9876', '1234', '********']);
	assert.deepEqual([masked.lines[0].sip_secret, masked.voicemail.password, masked.call_permission_password, masked.password],
		['********', '********', '********', '********']);
	assert.deepEqual((await reader.user(uuids[3])).password, null);
	assert.ok(!(await reader.get('/1.1/users')).text.includes('keep-it-safe'));
});

// ---- export

test('an export: as a file, as JSON, with chosen columns, narrowed', async () => {
	const file = await api.get('/1.1/users/export');
	assert.match(file.headers.get('content-type'), /^text\/csv; charset=utf-8$/);
	assert.match(file.headers.get('content-disposition'), /filename="user_export_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.csv"/);
	assert.match(file.text, /^uuid,entity_id,/);
	const chosen = await api.get('/1.1/users/export?columns=exten,firstname', { accept: 'application/json' });
	assert.deepEqual(chosen.json.headers, ['uuid', 'exten', 'firstname']);
	assert.deepEqual(chosen.json.content.map((row) => [row.exten, row.firstname]).sort(),
		[['', 'Bare'], ['1201', 'User1'], ['1202', 'User2'], ['1203', 'User3']]);
	assert.equal((await api.export('?search=User2')).length, 1);
	assert.equal((await api.export('?context=default')).length, 3);
	assert.equal((await api.get('/1.1/users/export?columns=nothing')).status, 400);
	assert.equal((await api.get('/1.1/users/export?escape=some')).status, 400);
	assert.equal((await api.get('/1.1/users/export', { accept: 'text/csv, application/json;q=0.5' })).text.slice(0, 4), 'uuid');
	assert.deepEqual((await bob.export()), []);
	assert.equal((await api.request('HEAD', '/1.1/users/export')).text, '');
});

test('an export: formulas are guarded unless the client wants them as they are', async () => {
	const cell = async (query) => (await api.get(`/1.1/users/export?columns=userfield&search=User1${query}`)).text.split(/[,\r\n]+/)[3];
	assert.equal(await cell(''), "'=1+1");
	assert.equal(await cell('&escape=formula'), "'=1+1");
	assert.equal(await cell('&escape=none'), '=1+1');
	assert.equal((await api.export('?columns=userfield&search=User1'))[0].userfield, '=1+1');
});

test('values come back as they are, with the guard and without', async () => {
	const odd = ['=1+1', "'=1+1", "''-x", "'plain", '+33', '@x', '\t=x', ";'=x", "a,'-1"];
	for (const escape of ['formula', 'none']) {
		const made = await api.import(csv(...odd.map((userfield) => ({ firstname: `Odd ${escape}`,
			userfield: escape === 'none' ? userfield : userfield.replace(/^(?='*[=@\t-])/, "'") }))), {}, `?escape=${escape}`);
		assert.equal(made.status, 201, made.text);
		const back = await Promise.all(made.json.created.map((row) => api.user(row.user_uuid)));
		assert.deepEqual(back.map((user) => user.userfield), odd);
		const file = await api.get(`/1.1/users/export?search=Odd&escape=${escape}`);
		const again = await api.update(file.text, {}, `?escape=${escape}`);
		assert.deepEqual(again.json.updated, []);
		for (const user of back)
			assert.equal((await api.delete(`/1.1/users/${user.uuid}`)).status, 204);
	}
	assert.equal((await api.import('firstname\nx\n', {}, '?escape=some')).status, 400);
});

test('an export without the right shows no secret', async () => {
	const whole = await api.export();
	const masked = await reader.export();
	const secrets = ['password', 'sip_secret', 'voicemail_password', 'call_permission_password'];
	assert.deepEqual(masked, whole.map((row) => ({ ...row, ...Object.fromEntries(secrets.map((name) => [name, row[name] && '********'])) })));
	for (const name of secrets)
		assert.ok(whole.some((row) => row[name] !== '' && row[name] !== '********'), `nobody has a ${name}`);
});

test('an export sent back by update changes nothing', async () => {
	const file = await api.get('/1.1/users/export');
	const answer = await api.update(file.text);
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual([answer.json.updated, answer.json.unchanged], [[], 4]);
});

// ---- update

async function update(...rows) {
	const answer = await api.update(csv(...rows));
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

async function refused(errors, ...rows) {
	const before = await api.export();
	const answer = await api.update(csv(...rows));
	assert.equal(answer.status, 400, answer.text);
	assert.deepEqual(told(answer.json.errors), errors);
	assert.deepEqual(await api.export(), before);
	return answer.json;
}

test('an update of the user itself; columns that are not there are not touched', async () => {
	const { updated: [row], unchanged } = await update({ uuid: uuids[0], lastname: 'New', ring_seconds: '60' },
		{ uuid: uuids[1], lastname: 'Whole', ring_seconds: '30' });
	assert.deepEqual([row.row_number, row.user_uuid, unchanged], [1, uuids[0], 1]);
	const user = await api.user(uuids[0]);
	assert.deepEqual([user.lastname, user.ring_seconds, user.email, user.lines.length], ['New', 60, 'user1@example.com', 1]);
	await update({ uuid: uuids[0], userfield: '' });
	assert.equal((await api.user(uuids[0])).userfield, null);
});

test('an update of the phone', async () => {
	const before = await api.user(uuids[0]);
	const { updated: [row] } = await update({ uuid: uuids[0], exten: '1250', sip_secret: 'another-Secret' });
	const user = await api.user(uuids[0]);
	assert.equal(row.line_id, before.lines[0].id);
	assert.deepEqual([user.extensions[0].exten, user.lines[0].sip_secret], ['1250', 'another-Secret']);
	await refused([['protocol', 1, 'line_protocol']], { uuid: uuids[0], line_protocol: 'sccp' });
	await refused([['taken', 1, 'exten']], { uuid: uuids[0], exten: '1202' });
	await refused([['exten_range', 1, 'exten']], { uuid: uuids[0], exten: '5000' });
	await refused([['unknown', 1, 'context']], { uuid: uuids[0], context: 'globex-only' });
});

test('an update gives a phone, an incall and a voicemail to who has none', async () => {
	const { updated: [row] } = await update({ uuid: uuids[3], line_protocol: 'sccp', context: 'default', exten: '1260',
		incall_exten: '2260', incall_context: 'from-extern', voicemail_name: 'Bare', voicemail_number: '1260', voicemail_context: 'default' });
	const user = await api.user(uuids[3]);
	assert.deepEqual([row.sccp_id, row.extension_id, row.incall_extension_id, row.voicemail_id],
		[user.lines[0].id, user.extensions[0].id, user.incalls[0].id, user.voicemail.id]);
});

test('an update of incall and voicemail: changed, detached, taken, shared', async () => {
	await update({ uuid: uuids[1], incall_exten: '2250', voicemail_number: '1250' });
	const user = await api.user(uuids[1]);
	assert.deepEqual([user.incalls[0].exten, user.voicemail.number], ['2250', '1250']);
	await refused([['taken', 1, 'incall_exten']], { uuid: uuids[1], incall_exten: '2203' });
	const gone = await update({ uuid: uuids[1], incall_exten: '', incall_context: '', voicemail_number: '' });
	assert.deepEqual(told(gone.warnings).map(([code]) => code), ['detached', 'detached']);
	const bare = await api.user(uuids[1]);
	assert.deepEqual([bare.incalls, bare.voicemail], [[], null]);
	const shared = await update({ uuid: uuids[1], voicemail_number: '1203', voicemail_context: 'default' });
	assert.deepEqual(told(shared.warnings).map(([code]) => code), ['shared']);
	assert.equal((await api.user(uuids[1])).voicemail.id, (await api.user(uuids[2])).voicemail.id);
});

test('an update replaces permissions and labels as a whole', async () => {
	await update({ uuid: uuids[2], call_permissions: 'international', labels: '' });
	const user = await api.user(uuids[2]);
	assert.deepEqual([user.call_permissions.map((p) => p.name), user.labels], [['international'], []]);
	await refused([['unknown', 1, 'labels']], { uuid: uuids[2], labels: 'nothing' });
});

test('an update of nobody, of another tenant\'s, of the same twice, without uuid', async () => {
	await refused([['unknown', 1, 'uuid']], { uuid: '00000000-0000-4000-8000-000000000000', lastname: 'x' });
	await refused([['missing', 1, 'uuid'], ['invalid', 2, 'uuid']], { uuid: '', lastname: 'x' }, { uuid: 'x', lastname: 'x' });
	await refused([['duplicate', 2, 'uuid']], { uuid: uuids[0], lastname: 'x' }, { uuid: uuids[0], lastname: 'y' });
	await refused([['file', 0, null]], { firstname: 'x' });
	const other = await bob.update(csv({ uuid: uuids[0], lastname: 'Stolen' }));
	assert.deepEqual(told(other.json.errors), [['unknown', 1, 'uuid']]);
	assert.match(other.json.errors[0].message, /User was not found/);
});

test('an error in row 2 undoes the update of row 1', async () => {
	await refused([['invalid', 2, 'email']], { uuid: uuids[0], email: 'fine@example.com' }, { uuid: uuids[1], email: 'no' });
});

// ---- jobs

test('the jobs, newest first, and each with its result', async () => {
	const { json } = await api.get('/1.1/imports?limit=3');
	assert.equal(json.items.length, 3);
	assert.ok(json.total > 3 && json.items[0].id > json.items[1].id);
	const { json: rest } = await api.get('/1.1/imports?limit=1000');
	assert.equal(rest.items.length, json.total);
	for (const job of rest.items) {
		assert.deepEqual((await api.get(`/1.1/imports/${job.id}`)).json, job);
		const result = await api.get(`/1.1/imports/${job.id}/result`);
		assert.equal(result.status, job.state === 'failed' ? 400 : job.kind === 'import' ? 201 : 200);
	}
	assert.equal((await api.get('/1.1/imports?limit=1001')).status, 400);
	const first = rest.items.at(-1);
	assert.deepEqual([first.kind, first.state, first.rows, first.counts.users, first.progress.percent], ['import', 'done', 4, 4, 100]);
});

// ---- deleting, which ends the story of these users

test('a deleted user is gone, its line too; incall and voicemail stay, free', async () => {
	assert.equal((await bob.delete(`/1.1/users/${uuids[2]}`)).status, 404);
	assert.equal((await api.delete(`/1.1/users/x`)).status, 404);
	const user = await api.user(uuids[2]);
	const answer = await api.delete(`/1.1/users/${uuids[2]}`);
	assert.deepEqual([answer.status, answer.text], [204, '']);
	assert.equal((await api.get(`/1.1/users/${uuids[2]}`)).status, 404);
	assert.equal((await api.delete(`/1.1/users/${uuids[2]}`)).status, 404);
	assert.equal(await site.value(`SELECT count(*) FROM line WHERE id = ${user.lines[0].id}`), 0);
	assert.equal(await site.value(`SELECT user_id IS NULL FROM incall WHERE id = ${user.incalls[0].id}`), true);
	assert.equal(await site.value(`SELECT count(*) FROM voicemail WHERE id = ${user.voicemail.id}`), 1);
	// On request the voicemail goes too, where nobody else has it.
	const boxes = ['1290', '1291'].map((number) => ({ voicemail_name: 'Box', voicemail_number: number, voicemail_context: 'default' }));
	const { created } = (await api.import(csv(...[0, 1, 1].map((box, n) => ({ firstname: `Box ${n}`, ...boxes[box] }))))).json;
	assert.equal((await api.request('DELETE', `/1.1/users/${created[0].user_uuid}?voicemail=gone`)).status, 400);
	for (const { user_uuid: uuid } of created.slice(0, 2))
		assert.equal((await api.request('DELETE', `/1.1/users/${uuid}?voicemail=delete`)).status, 204);
	assert.deepEqual(await site.sql(`SELECT number FROM voicemail WHERE number LIKE '129_'`), [{ number: '1291' }]);
	const { json } = await api.get(`/1.1/imports/1/result`);
	assert.deepEqual([json.created[2].user_uuid, json.created[2].line_id], [uuids[2], null], 'the job still tells whom it made');
});

// ---- more users than the first part of an answer has

test('an export and the list of all users have each user once, in their order', async () => {
	const names = Array.from({ length: 450 }, (_, n) => ({ firstname: `Part ${(n * 7) % 450}`, lastname: 'éZa'[n % 3] }));
	assert.equal((await api.import(csv(...names))).status, 201);
	// Whom the list shows of an import: told by the first and the last of them.
	assert.deepEqual(await site.sql(`WITH s AS MATERIALIZED (SELECT set_config('rollcall.scope', '{1}', false) AS scope, max(id) AS job FROM job)
		SELECT users_made(job) IS NOT NULL AS told, count(*), bool_and(r.user_id IS NOT NULL) AS all
		FROM s CROSS JOIN LATERAL (SELECT * FROM users_chosen(jsonb_build_object('job', s.job::text, 'search', left(s.scope, 0))) OFFSET 0) c
		LEFT JOIN job_user r ON (r.job_id, r.user_id) = (s.job, c.user_id) GROUP BY 1`), [{ told: true, count: 450, all: true }]);
	const bytes = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));
	const sorted = (rows) => [...rows].sort((one, other) => bytes(`${one.lastname}\0${one.firstname}`, `${other.lastname}\0${other.firstname}`));
	const all = (await api.export()).map(({ uuid, firstname, lastname }) => ({ uuid, firstname, lastname }));
	assert.equal(all.length, Number(await site.value('SELECT count(*) FROM users WHERE tenant_id = 1')));
	assert.equal(new Set(all.map((user) => user.uuid)).size, all.length);
	assert.deepEqual(all, sorted(all));
	const part = (await api.export('?search=part')).map((user) => user.firstname);
	assert.deepEqual(part, all.map((user) => user.firstname).filter((name) => name.startsWith('Part ')));
	for (const query of ['', '?search=part', '?order=email&direction=desc', '?offset=130&limit=290']) {
		const { total, items } = (await api.get(`/1.1/users${query}`)).json;
		const wanted = query.includes('search') ? 450 : all.length;
		assert.deepEqual([total, items.length, new Set(items.map((user) => user.id)).size],
			[wanted, query.includes('limit') ? 290 : wanted, query.includes('limit') ? 290 : wanted], query);
	}
});

test('whom a search finds by the thousand is counted while it is sent, and the audit has the number at the end', async () => {
	await site.psql("INSERT INTO users (tenant_id, firstname, lastname) SELECT 1, 'Q', n FROM generate_series(1, 1100) n");
	const entry = async () => (await site.sql("SELECT detail FROM audit WHERE action = 'user.export' ORDER BY id DESC LIMIT 1"))[0].detail;
	assert.equal((await api.export('?search=q')).length, 1100);
	assert.deepEqual(await entry(), { tenant: 'acme', secrets: true, search: 'q', users: 1100 });
	for (const order of ['name', 'id']) {
		const { total, items } = (await api.get(`/1.1/users?search=q&order=${order}`)).json;
		assert.deepEqual([total, new Set(items.map((user) => user.id)).size], [1100, 1100]);
	}
	for (const part of ['limit=20', 'limit=20&offset=20', 'offset=1090'])
		assert.equal((await api.get(`/1.1/users?search=q&${part}`)).json.total, 1100, part);
	// One that is stopped before its first row: the entry is there by then, and says that nobody was sent.
	const blocker = new Jobs(site);
	await blocker.psql('BEGIN; LOCK TABLE cti_profile IN ACCESS EXCLUSIVE MODE');
	const sent = api.get('/1.1/users/export?search=q');
	const waiting = "FROM pg_stat_activity WHERE usename = 'rollcall_web' AND datname = current_database() AND wait_event_type = 'Lock'";
	await until(() => site.value(`SELECT count(*) ${waiting}`).then(Number), 'the export at the lock');
	assert.deepEqual(await entry(), { tenant: 'acme', secrets: true, search: 'q' });
	await site.psql(`SELECT pg_cancel_backend(pid) ${waiting}`);
	await blocker.psql('ROLLBACK');
	blocker.close();
	assert.notEqual((await sent).status, 200);
	assert.deepEqual(await entry(), { tenant: 'acme', secrets: true, search: 'q', users: 0 });
});

test('while the database sorts the rest of an export, some of its rows come yet', async () => {
	const path = '/1.1/users/export';
	// Long rows among those of the second part, and a last user who takes as long as a lock is held.
	await site.psql(`INSERT INTO label (tenant_id, name) SELECT 1, lpad(n::text, 100, 'x') FROM generate_series(1, 100) n;
		INSERT INTO user_label (tenant_id, user_id, label_id) SELECT 1, u.id, l.id
		FROM (SELECT id FROM users WHERE tenant_id = 1 ORDER BY lastname COLLATE "C" NULLS FIRST, firstname COLLATE "C", id LIMIT 20 OFFSET 100) u
		JOIN label l ON l.tenant_id = 1 AND l.name LIKE 'xx%';
		DO $$ BEGIN EXECUTE format('CREATE OR REPLACE VIEW user_row WITH (security_invoker = true) AS %s
			WHERE CASE users.id WHEN %s THEN pg_advisory_xact_lock_shared(99, 1) IS NOT NULL ELSE true END',
			rtrim(pg_get_viewdef('user_row'), ';'),
			(SELECT id FROM users WHERE tenant_id = 1 ORDER BY lastname COLLATE "C" DESC NULLS LAST, firstname COLLATE "C" DESC, id DESC LIMIT 1)); END $$`);
	const atLock = () => site.value(`SELECT count(*) FROM pg_stat_activity WHERE usename = 'rollcall_web' AND datname = current_database()
		AND wait_event = 'advisory'`).then(Number);
	const whole = (await api.get(path)).text;
	const release = await hold(site, 99, 1);
	const answer = await fetch(new URL(path, site.url), { headers: api.headers });
	let text = '';
	const read = (async () => {
		for await (const piece of answer.body.pipeThrough(new TextDecoderStream()))
			text += piece;
	})();
	try {
		await until(atLock, 'the export at the lock');
		const begun = text.length;
		await until(() => text.length > begun, 'rows that were kept');
	} finally {
		await release();
	}
	await read;
	assert.equal(text, whole.replace(/^\ufeff/, ''));
	// One whose client goes away meanwhile ends by itself.
	const again = await hold(site, 99, 1);
	const left = new AbortController();
	const gone = await fetch(new URL(path, site.url), { headers: api.headers, signal: left.signal });
	try {
		await gone.body.getReader().read();
		await until(atLock, 'the export at the lock');
		left.abort();
		await until(() => atLock().then((n) => n === 0), 'the end of its statement');
	} finally {
		await again();
	}
});
