// `rollcall setup` for telephones: realm and servers, rules of call permissions, trunks,
// emergency numbers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { freshSite } from '../lib/stack.mjs';

const site = await freshSite({ start: false });

// Sets the document up; resolves to {status, stdout, stderr}.
async function setup(document) {
	const file = join(site.dir, 'change.json');
	writeFileSync(file, JSON.stringify(document));
	return site.command('setup', file);
}

const carrier = { name: 'carrier', address: '192.0.2.1:5060', context: 'from-extern', number: '+33142000000', prefix: '0' };
const gate = { name: 'gate', address: 'gate.example', identify: 'digest', username: 'trunk-gate', password: 'gate-Secret' };
const peer = { name: 'peer', address: '[2001:db8::1]:5061', transport: 'tls', identify: 'tls', tls_name: 'peer.example', prefix: '00', strip: 1 };

const whole = {
	telephony: { realm: 'acme.example', voicemail_server: 'vm.example:5062', media_server: '[2001:db8::5]:5064' },
	tenants: [{
		name: 'acme',
		call_permissions: ['premium; rate', { name: 'mobile', rules: [
			{ pattern: '_0[67]X.', allow: false, password: '2468' }, { pattern: '0612345678', allow: true }] }],
		trunks: [carrier, gate, peer],
		emergency_numbers: ['112', '15'],
	}],
};

test('all of it is made, and nothing is to be changed then', async () => {
	const done = await setup(whole);
	assert.deepEqual([done.status, done.stderr], [0, '']);
	assert.deepEqual(done.stdout.split('\n').slice(0, 2), [
		'changed telephony: realm acme.example, voicemail server vm.example:5062, media server [2001:db8::5]:5064',
		'changed rules of call permission "mobile" in tenant "acme": 2 set, 0 removed']);
	assert.doesNotMatch(done.stdout, /gate-Secret|2468/, 'no secret is told');
	assert.deepEqual(await site.sql('SELECT name, host, port, host(address) AS address, strip FROM trunk ORDER BY name'), [
		{ name: 'carrier', host: '192.0.2.1', port: 5060, address: '192.0.2.1', strip: 0 },
		{ name: 'gate', host: 'gate.example', port: null, address: null, strip: 0 },
		{ name: 'peer', host: '2001:db8::1', port: 5061, address: null, strip: 1 }]);
	assert.equal(await site.value('SELECT host(media_address) FROM telephony'), '2001:db8::5');
	assert.equal((await setup(whole)).stdout, 'nothing to change\n');
});

test('what the file does not mention stays; a list that it has is the whole list', async () => {
	const before = await site.dump();
	assert.equal((await setup({ tenants: [{ name: 'acme', call_permissions: ['mobile', { name: 'international' }] }] })).stdout, 'nothing to change\n');
	assert.ok(await site.dump() === before, 'the database is as it was');
	const done = await setup({
		telephony: { media_server: '' },
		tenants: [{ name: 'acme', trunks: [{ ...carrier, port: undefined, prefix: '9' }], emergency_numbers: ['112', '17'],
			call_permissions: [{ name: 'mobile', rules: [{ pattern: '_0[67]X.', allow: true }] }] }],
	});
	assert.deepEqual(done.stdout.trim().split('\n'), [
		'changed telephony: realm acme.example, voicemail server vm.example:5062, media server none',
		'changed rules of call permission "mobile" in tenant "acme": 1 set, 1 removed',
		'set trunk "carrier" of tenant "acme"', 'removed trunk "gate" of tenant "acme"', 'removed trunk "peer" of tenant "acme"',
		'removed emergency number 15 in tenant "acme"', 'made emergency number 17 in tenant "acme"']);
});

test('a trunk is one tenant\'s, and its context is for incoming numbers', async () => {
	const done = await setup({ tenants: [{ name: 'globex', trunks: [{ ...carrier, context: 'default' }] }] });
	assert.equal(done.status, 1);
	assert.equal(done.stderr, 'tenants[0].trunks[0].context: there is no such context of type incall\n' +
		'tenants[0].trunks[0].address: is what another tenant\'s trunk is known by\nrollcall: nothing was changed\n');
});

test('everything that is wrong is said at once, with its place', async () => {
	const done = await setup({
		telephony: { realm: 'x y', voicemail_server: '192.0.2.1:99999', media_server: 'media.example', port: 1 },
		tenants: [{
			name: 'acme',
			call_permissions: [7, { name: 'b', rules: [{ pattern: '_0[', allow: 1 }, { pattern: '00', allow: true, password: '12' }, { pattern: '00' }] }],
			trunks: [{ name: 't', address: 'host' }, { name: 't', address: '[::1', identify: 'digest', username: 'x' },
				{ name: 'u', address: 'a.example:5060', identify: 'tls' }, { name: 'v', address: '192.0.2.1:5060', prefix: 'ab', strip: 99, password: 'short' },
				{ name: 'w', address: '192.0.2.1:5060', identify: 'name' }, { name: 'x', address: '192.0.2.1:5060', password: 'long enough' }],
			emergency_numbers: [112, '1', '112', '112'],
		}],
	});
	assert.equal(done.status, 1);
	assert.deepEqual(done.stderr.trim().split('\n').map((line) => line.split(': ')[0]), [
		'telephony.port', 'telephony.realm', 'telephony.voicemail_server', 'telephony.media_server',
		...['call_permissions[0]', 'call_permissions[1].rules[0].pattern', 'call_permissions[1].rules[0].allow',
			'call_permissions[1].rules[1].password', 'call_permissions[1].rules[2].pattern', 'call_permissions[1].rules[2].allow',
			'trunks[0].address', 'trunks[1].name', 'trunks[1].address', 'trunks[1].username', 'trunks[1].password',
			'trunks[2].tls_name', 'trunks[2].transport', 'trunks[3].password', 'trunks[3].prefix', 'trunks[3].strip',
			'trunks[4].identify', 'trunks[5].address', 'trunks[5].username',
			'emergency_numbers[0]', 'emergency_numbers[1]', 'emergency_numbers[3]'].map((at) => `tenants[0].${at}`),
		'rollcall']);
	assert.doesNotMatch(done.stderr, /short|long enough/);
});
