// Random users, and random jobs of every kind about them: files, the forms of the pages, actions on
// selected users, the API.  And what changes around them: the setup of their entity.
import assert from 'node:assert/strict';
import { pairs } from './client.mjs';
import { csv } from './csv.mjs';

const letters = 'abcdefghijklmnopqrstuvwxyz';

export class World {
	// `jobs` of the site, `alice` its API and `client` its pages, signed in as alice.
	constructor(random, { jobs, alice, client }) {
		Object.assign(this, { random, jobs, alice, client });
	}

	// The job that was made last.
	async last() {
		return (await this.jobs.sql('SELECT id, state, errors FROM job ORDER BY id DESC LIMIT 1'))[0];
	}

	word() {
		return this.random.letters(letters, 4, 12);
	}

	// From few numbers, so that jobs take, free and swap them.
	number(low) {
		return String(low + this.random.below(12));
	}

	row(isNew) {
		const { random } = this;
		const maybe = (p, make) => (random.chance(p) ? make() : {});
		return {
			...(isNew || random.chance(0.4) ? { firstname: this.word() } : {}),
			...maybe(0.4, () => ({ lastname: random.of(['', this.word()]) })),
			...maybe(0.3, () => ({ email: random.of(['', `${this.word()}@example.org`]) })),
			...maybe(0.3, () => ({ userfield: random.of(['', this.word()]), ring_seconds: String(5 * random.below(20)) })),
			...maybe(0.3, () => ({ enabled: String(random.below(2)), call_permission_password: random.of(['', this.number(1000)]) })),
			...maybe(0.5, () => ({ line_protocol: 'sip', context: random.of(['default', 'default', 'second']), exten: this.number(1000000),
				...maybe(0.3, () => ({ line_site: random.of(['default', 'site-lyon']) })) })),
			...maybe(0.3, () => ({ sip_username: this.word(), sip_secret: this.word() })),
			...maybe(0.4, () => ({ incall_exten: this.number(2000000), incall_context: 'from-extern', incall_ring_seconds: random.of(['', '10']) })),
			...maybe(0.4, () => ({ voicemail_name: this.word(), voicemail_number: this.number(1000000), voicemail_context: 'default' })),
			...maybe(0.3, () => ({ voicemail_password: random.of(['', '1234', '98765']), voicemail_email: `${this.word()}@example.org` })),
			...maybe(0.15, () => ({ username: this.word(), password: `$6$${random.letters(letters, 8, 8)}$${random.letters(letters, 86, 86)}`,
				cti_profile_enabled: String(random.below(2)), cti_profile_name: random.of(['Client', 'Supervisor']) })),
			...maybe(0.3, () => ({ labels: random.some(['support', 'Île-de-France']).join(';') })),
			...maybe(0.3, () => ({ call_permissions: random.some(['international', 'mobile']).join(';') })),
		};
	}

	// Random jobs are often refused: the first one of the kind that is applied.
	async applied(make) {
		for (let tries = 0; tries < 60; tries++) {
			const job = await make();
			if (job?.state === 'done')
				return job;
			assert.ok(!job || job.errors > 0, `job ${job?.id} is ${job?.state} without an error`);
		}
		return null;
	}

	async everybody() {
		return (await this.jobs.sql('SELECT uuid FROM users WHERE tenant_id = 1 ORDER BY id')).map((row) => row.uuid);
	}

	async uuids(most) {
		return this.random.some(await this.everybody(), most);
	}

	// Undefined where there is nobody.
	async uuid() {
		return this.random.of(await this.everybody());
	}

	import() {
		return this.applied(() => this.jobs.run('import', csv(Array.from({ length: 1 + this.random.below(3) }, () => this.row(true)))));
	}

	update() {
		return this.applied(async () => {
			const uuids = await this.uuids(3);
			const like = this.row(false);
			return uuids.length === 0 || Object.keys(like).length === 0 ? null
				: this.jobs.run('update', csv(uuids.map((uuid) => {
					const row = { ...this.row(true), ...this.row(false) };
					return { uuid, ...Object.fromEntries(Object.keys(like).map((column) => [column, row[column] ?? like[column]])) };
				})));
		});
	}

	// A sheet that finds people by another column, makes the missing, and deletes or disables others.
	sync() {
		return this.applied(async () => {
			const { random } = this;
			const key = random.of(['email', 'userfield', 'username']);
			const there = (await this.jobs.sql(`SELECT ${key} AS key FROM users WHERE tenant_id = 1 AND ${key} IS NOT NULL ORDER BY id`)).map((row) => row.key);
			const keys = [...random.some(there, 4), ...(random.chance(0.6) ? [key === 'email' ? `${this.word()}@example.org` : this.word()] : [])];
			const like = { ...this.row(true), ...this.row(false) };
			const rows = keys.map((value) => {
				const row = { ...this.row(true), ...this.row(false) };
				return { ...Object.fromEntries(Object.keys(like).map((column) => [column, row[column] ?? like[column]])), [key]: value,
					...(random.chance(0.9) ? {} : { _delete: '1' }) };
			});
			const options = { match: key, create: '1', absent: random.of(['keep', 'disable', 'delete']), voicemail: random.of(['keep', 'delete']),
				replace_incalls: '1', zeros: 'lost' };
			const job = rows.length === 0 ? null : await this.jobs.run('update', csv(rows), { options });
			const limit = job?.issues.find((issue) => issue.key === 'absent_limit');
			return limit ? this.jobs.run('update', csv(rows), { options: { ...options, absent_confirm: limit.params.n } }) : job;
		});
	}

	// One user by the API.
	change() {
		return this.applied(async () => {
			const uuid = await this.uuid();
			const answer = uuid && await this.alice.request('PUT', `/1.1/users/${uuid}`, { headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ lastname: this.word(), enabled: this.random.chance(0.5), ...(this.random.chance(0.5) ? { email: null } : {}) }) });
			return answer?.status === 204 ? this.last() : null;
		});
	}

	async delete() {
		const uuid = await this.uuid();
		if (!uuid)
			return null;
		const answer = await this.alice.delete(`/1.1/users/${uuid}`);
		assert.equal(answer.status, 204);
		return this.last();
	}

	// What the form of one user is filled with: its lists are boxes to tick.
	filled(row) {
		const { labels, call_permissions, ...fields } = row;
		const boxes = (text) => text?.split(';').filter(Boolean);
		return { ...fields, labels: boxes(labels), call_permissions: boxes(call_permissions) };
	}

	// One user by the form Add.
	add() {
		return this.applied(async () => {
			const answer = await this.client.fill('/services/ipbx/users/add', this.filled(this.row(true)), 'user-form');
			return answer.status === 303 ? this.last() : null;
		});
	}

	// One user by the form Edit.
	edit() {
		return this.applied(async () => {
			const uuid = await this.uuid();
			const most = await this.last();
			const answer = uuid && await this.client.fill(`/services/ipbx/users/${uuid}/edit`, this.filled(this.row(false)), 'user-form');
			const job = await this.last();
			return answer?.status === 303 && job.id !== most?.id ? job : null;
		});
	}

	// An action on users that are ticked in the list.
	action() {
		return this.applied(async () => {
			const users = await this.uuids(4);
			const most = await this.last();
			const action = this.random.of(['enable', 'disable', 'label_add', 'label_remove', 'delete']);
			const list = '/services/ipbx/users';
			if (users.length === 0)
				return null;
			const label = this.random.of((await this.jobs.sql('SELECT name FROM label WHERE tenant_id = 1 ORDER BY id')).map((row) => row.name));
			let answer = await this.client.fill(list, { users, action, which_label: label }, `${list}/actions`);
			if (action === 'delete')
				answer = await this.client.post(`${list}/delete`, pairs(answer.text, `${list}/delete`));
			assert.equal(answer.status, 303, answer.text);
			const job = await this.last();
			return job.id !== most?.id ? job : null;
		});
	}
}

// What an administrator changes in the setup meanwhile.  Each resolves to what was done, for messages, or
// to nothing: what is in use is not deleted.
export class Setup {
	constructor(random, { jobs, alice }) {
		Object.assign(this, { random, jobs, alice });
	}

	// A template of the name default is always there.
	async items(path) {
		return (await this.alice.get(`${path}?limit=100`)).json.items.filter(({ name }) => name !== 'default' || !/templates/.test(path));
	}

	async change(path, made) {
		const item = this.random.of(await this.items(path));
		if (!item)
			return null;
		const answer = await this.alice.send('PUT', `${path}/${item.id}`, made(item));
		assert.equal(answer.status, 204, answer.text);
		return `${item.name} changed`;
	}

	// A context has half of the random numbers left, whoever has one of the others.
	async narrow() {
		const context = this.random.of(await this.items('/1.1/contexts'));
		const of = context.type === 'incall' ? 'incall_ranges' : 'user_ranges';
		const ranges = context[of].map(({ start, end, ...range }) => ({ ...range, start, end: start.length < 7 ? end
			: `${context.type === 'incall' ? 2 : 1}000005` }));
		const answer = await this.alice.send('PUT', `/1.1/contexts/${context.id}?force=true`, { [of]: ranges });
		assert.equal(answer.status, 204, answer.text);
		return `${context.name} narrowed`;
	}

	rename() {
		return this.change(this.random.of(['/1.1/users/labels', '/1.1/callpermissions', '/1.1/lines/templates']),
			({ name }) => ({ name: `${name.replace(/ \d+$/, '')} ${this.random.below(1000)}` }));
	}

	// 409 where it is in use.
	async remove() {
		const path = this.random.of(['/1.1/users/labels', '/1.1/callpermissions', '/1.1/lines/templates', '/1.1/contexts']);
		const item = this.random.of(await this.items(path));
		if (!item)
			return null;
		const { status, text } = await this.alice.delete(`${path}/${item.id}`);
		assert.ok([204, 409].includes(status), text);
		return status === 204 && `${item.name} removed`;
	}

	any() {
		return this[this.random.of(['narrow', 'rename', 'remove', 'remove'])]();
	}

	// Remembers the setup; the result makes it so again.
	async remember() {
		const paths = ['/1.1/contexts', '/1.1/users/labels', '/1.1/callpermissions', '/1.1/lines/templates'];
		const before = await Promise.all(paths.map((path) => this.items(path)));
		return async () => {
			for (const [i, path] of paths.entries()) {
				const now = await this.items(path);
				for (const { id, label, reserved, tenant_uuid, ...item } of before[i]) {
					const there = now.find((other) => other.id === id) ?? now.find((other) => other.name === item.name);
					const { status, text } = there ? await this.alice.send('PUT', `${path}/${there.id}`, item) : await this.alice.send('POST', path, item);
					assert.ok([201, 204].includes(status), `${path} ${item.name}: ${text}`);
				}
			}
		};
	}
}
