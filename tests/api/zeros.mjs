// What a spreadsheet takes away when it opens a file: zeros and the + in front of numbers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from '../lib/jobs.mjs';
import { site, jobs, make, update, user, applies, refused, fresh, freshIn } from '../lib/updates.mjs';

const lost = (job) => job.issues.filter(({ code }) => code === 'zeros_lost').map(({ column, value, params }) => [column, value, params.old, params.what]);

test('a number that is the stored one without what stands in front is an error, for each column of numbers', async () => {
	const pin = `00${fresh()}`, number = fresh(), did = freshIn();
	const [a] = await make({ mobile_phone_number: '+33601020304', call_permission_password: '0815', voicemail_name: 'V', voicemail_number: `0${number}`,
		voicemail_context: 'default', voicemail_password: pin, incall_exten: `+${did}`, incall_context: 'from-extern' });
	const job = await refused([{ uuid: a, mobile_phone_number: '33601020304', call_permission_password: '815', voicemail_number: number,
		voicemail_password: pin.slice(2), incall_exten: did }],
	['1 mobile_phone_number zeros_lost', '1 call_permission_password zeros_lost', '1 voicemail_number zeros_lost',
		'1 voicemail_password zeros_lost', '1 incall_exten zeros_lost']);
	assert.deepEqual(lost(job), [['mobile_phone_number', '33601020304', '+33601020304', 'what.plus'],
		['call_permission_password', null, undefined, 'what.zeros'], ['voicemail_number', number, `0${number}`, 'what.zeros'],
		['voicemail_password', null, undefined, 'what.zeros'], ['incall_exten', did, `+${did}`, 'what.plus']]);
});

test('another number, or more zeros, is no damage', async () => {
	const [a] = await make({ mobile_phone_number: '0601', call_permission_password: '0815' });
	await applies([{ uuid: a, mobile_phone_number: '00601', call_permission_password: '16' }], 1);
	await applies([{ uuid: a, mobile_phone_number: '602', call_permission_password: '' }], 1);
});

test('with the option the numbers have no zeros in front', async () => {
	const [a] = await make({ mobile_phone_number: '0601', call_permission_password: '0815' });
	await applies([{ uuid: a, mobile_phone_number: '601', call_permission_password: '815' }], 1, [], { options: { zeros: 'lost' } });
	assert.equal((await user(a)).mobile_phone_number, '601');
});

test('of secrets nothing is said to who may not see them', async () => {
	const [a] = await make({ call_permission_password: '0815' });
	await jobs.psql(`UPDATE admin SET rights = array_remove(rights, 'users.secrets') WHERE username = 'alice'`);
	await applies([{ uuid: a, call_permission_password: '815' }], 1);
	await jobs.psql(`UPDATE admin SET rights = array_append(rights, 'users.secrets') WHERE username = 'alice'`);
});

test('a number outside of the ranges: which there are, and that it would be inside with zeros', async () => {
	await jobs.psql(`INSERT INTO context_range (tenant_id, context_id, kind, range_start, range_end)
		SELECT 1, id, 'user', '00100', '00199' FROM context WHERE tenant_id = 1 AND name = 'default'`);
	const job = await jobs.run('import', 'firstname,line_protocol,context,exten\nA,sip,default,150\nB,sip,default,99\n');
	const [one, other] = job.issues;
	assert.deepEqual([one.code, one.params.hint, other.params.hint], ['exten_range', 'hint.zeros', undefined]);
	assert.match(one.params.ranges, /00100-00199/);
});

test('a number with a + in front and without is one number: two users cannot have it', async () => {
	const [x, y] = [freshIn(), freshIn()];
	const incall = (exten) => ({ incall_exten: exten, incall_context: 'from-extern' });
	const [a, b] = await make(incall(`+${x}`), incall(y));
	assert.deepEqual((await jobs.run('import', csv({ firstname: 'C', ...incall(x) }))).issues.map(({ key }) => key), ['taken.incall']);
	assert.deepEqual((await jobs.run('import', csv({ firstname: 'C', ...incall('2111') }, { firstname: 'D', ...incall('+2111') }))).issues.map(({ row, key }) => [row, key]),
		[[2, 'duplicate']]);
	await refused([{ uuid: b, ...incall(x) }], ['1 incall_exten taken.incall']);
	// The own one may be written the other way, and what somebody leaves may be had.
	await applies([{ uuid: a, ...incall(x) }], 1, [], { options: { zeros: 'lost' } });
	const swap = await update([{ uuid: a, ...incall(`+${y}`) }, { uuid: b, ...incall(`+${x}`) }]);
	assert.equal(swap.state, 'done', JSON.stringify(swap.issues));
	assert.deepEqual([(await user(a)).incall_exten, (await user(b)).incall_exten], [`+${y}`, `+${x}`]);
	// The database keeps it too.
	await assert.rejects(site.psql(`INSERT INTO incall (tenant_id, context_id, exten, user_id) SELECT 1, i.context_id, '${x}', u.id
		FROM incall i, users u WHERE i.exten = '+${x}' AND u.uuid = '${a}'`), /incall_plus/);
});

test('a name that is not found: the nearest one, whatever its case and apostrophe', async () => {
	await jobs.psql(`INSERT INTO label (tenant_id, name) VALUES (1, 'Val-d''Oise'), (2, 'Elsewhere')`);
	const job = await jobs.run('import', 'firstname,labels,context\nA,Val-d’oise,\nB,SALES,\nC,nothing like it,\nD,Elsewher,\nE,,defalt\n');
	assert.deepEqual(job.issues.filter(({ code }) => code === 'unknown').map(({ row, params }) => [row, params.nearest]),
		[[1, 'Val-d\'Oise'], [2, 'sales'], [3, undefined], [4, undefined], [5, 'default']]);
});
