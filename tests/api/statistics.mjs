// Statistics that lie do not make a worker slow: users that were deleted, or a check that
// was rolled back, leave their rows in the tables for a while, and ANALYZE counts none.
import assert from 'node:assert/strict';
import test from 'node:test';
import { freshSite } from '../lib/stack.mjs';
import { apiOf, csv } from '../lib/api.mjs';

const tables = ['voicemail', 'users', 'line'];

test('a foreign key is looked up by the primary key among rows that are gone', async () => {
	const site = await freshSite({ start: false });
	for (const table of tables)
		await site.psql(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
	await site.psql(`INSERT INTO voicemail (tenant_id, context_id, number, name)
		SELECT 1, (SELECT min(id) FROM context WHERE tenant_id = 1), n::text, 'v' FROM generate_series(1, 20000) n;
		INSERT INTO users (tenant_id, firstname) SELECT 1, 'u' FROM generate_series(1, 20000);
		INSERT INTO line (tenant_id, user_id, protocol, context_id, line_template_id, provisioning_code)
		SELECT 1, id, 'sccp', (SELECT min(id) FROM context WHERE tenant_id = 1),
			(SELECT min(id) FROM line_template WHERE tenant_id = 1), row_number() OVER ()
		FROM users WHERE tenant_id = 1`);
	await site.psql(`ANALYZE ${tables}`);
	await site.psql('DELETE FROM users; DELETE FROM voicemail');
	await site.psql(`ANALYZE ${tables}`);
	const settings = await site.value("SELECT rolconfig FROM pg_roles WHERE rolname = 'rollcall_worker'");
	const set = settings.filter((setting) => setting.startsWith('enable')).map((setting) => `SET ${setting};`).join(' ');
	for (const table of tables) {
		const plan = await site.psql(`${set} SET plan_cache_mode = force_generic_plan;
			PREPARE look(int, bigint) AS SELECT 1 FROM ONLY ${table} x WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE OF x;
			EXPLAIN EXECUTE look(1, 1)`);
		assert.match(plan, new RegExp(`Index Scan using ${table}_pkey`));
	}
});

test('numbers that pass in a circle, or one voicemail for all, are one update', async () => {
	const site = await freshSite();
	const api = apiOf(site, 'alice');
	const rows = Array.from({ length: 3000 }, (_, i) => ({ firstname: `U${i}`,
		line_protocol: 'sccp', context: 'default', exten: `${1000000 + i}`, incall_exten: `${1000000 + i}`, incall_context: 'from-extern',
		voicemail_name: `V${i}`, voicemail_number: `${1000000 + i}`, voicemail_context: 'default' }));
	const made = await api.import(csv(...rows));
	assert.equal(made.status, 201, made.text.slice(0, 1000));
	const uuids = made.json.created.map((row) => row.user_uuid);
	const next = (i) => rows[(i + 1) % rows.length];
	const circle = await api.check('update', csv(...uuids.map((uuid, i) => ({ uuid, exten: next(i).exten, incall_exten: next(i).incall_exten }))));
	assert.deepEqual([circle.status, circle.json.plan?.resources.incalls.update], [200, 3000], circle.text.slice(0, 1000));
	const shared = await api.check('update', csv(...uuids.map((uuid) => ({ uuid, voicemail_number: '1000000', voicemail_name: 'All' }))));
	assert.deepEqual([shared.status, shared.json.plan?.resources.voicemails.update], [200, 1], shared.text.slice(0, 1000));
});
