// A file with names of its own: the mapping page, with and without scripts, and what is
// remembered of it; a month later the same sheet again, as the truth of who is there.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { jobId } from '../lib/client.mjs';
import { data, freshSite } from '../lib/stack.mjs';
import { workbook } from '../lib/workbook.mjs';

let site, alice;
before(async () => {
	const setup = JSON.parse(readFileSync(data('site.json'), 'utf8'));
	// The numbers of that company.
	setup.tenants[0].contexts[1].ranges.push({ kind: 'incall', start: '0142000000', end: '0142000099' });
	site = await freshSite({ setup, settings: { page_wait: 60 } });
	await site.psql(`UPDATE admin SET language = 'en'`);
	alice = await site.client('alice');
});

const import_ = '/services/ipbx/users/import';

async function sendFile(page, bytes, name) {
	await page.goto(import_);
	await page.setInputFiles('#file', { name, mimeType: 'text/csv', buffer: bytes });
	await page.click('button[value="apply"]');
	await page.waitForURL(/imports\/\d+/);
}

const row = (page, name) => page.locator('tr', { has: page.locator(`th:has-text("${name}")`) });
const choice = (page, name) => row(page, name).locator('select');

test('a file with a title above its header is told the row of the header, and has nothing to map', async () => {
	const page = await site.page('alice');
	await sendFile(page, Buffer.from('Liste du personnel\n\nPrénom,Nom\nAnn,Lee\n'), 'titre.csv');
	assert.match(page.url(), /imports\/\d+$/);
	assert.match(await page.innerText('main'), /row 3 has names of columns: remove the rows above it/);
	assert.equal(await page.locator('a[href$="/mapping"]').count(), 0);
	await page.context().close();
});

for (const javaScriptEnabled of [true, false]) {
	test(`the sheet of an HR department gets in with one upload and one mapping, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async () => {
		await site.psql('DELETE FROM users; DELETE FROM mapping; DELETE FROM label WHERE tenant_id = 1');
		const page = await site.page('alice', { javaScriptEnabled });
		await sendFile(page, readFileSync(data('hr/personnel-janvier.csv')), 'personnel-janvier.csv');
		assert.match(page.url(), /imports\/\d+\/mapping$/);
		// What the names and values say is chosen already, and the letters are right.
		const suggested = { Matricule: 'userfield', 'Nom, Prénom': 'lastname,firstname', Courriel: 'email', Poste: 'exten',
			'Numéro direct': 'incall_exten', Portable: 'mobile_phone_number', Service: 'labels', Messagerie: 'ignore' };
		for (const [name, to] of Object.entries(suggested))
			assert.equal(await choice(page, name).inputValue(), to, name);
		assert.match(await row(page, 'Nom, Prénom').innerText(), /LEFÈVRE, Amélie/);
		assert.equal(await page.inputValue('#set_context'), 'default');
		assert.equal(await page.inputValue('#set_line_protocol'), 'sip');
		if (javaScriptEnabled) {
			await assertAccessible(page);
			await page.setViewportSize({ width: 320, height: 640 });
			await assertFits(page);
			await page.setViewportSize({ width: 1280, height: 800 });
		}
		assert.equal(await page.inputValue('#set_incall_context'), 'from-extern');
		assert.match(await page.innerText('.mapping'), /Create these 4 labels.*\n+.*Ventes/);
		await page.click('button[value="apply"]');
		await page.waitForURL(/imports\/\d+$/);
		const job = await site.job(Number(/\d+$/.exec(page.url())[0]));
		assert.deepEqual([job.state, Number(job.counts.users), Number(job.counts.phones ?? job.counts.lines ?? 0) > 0],
			['done', 60, true], JSON.stringify(job.counts));
		const [first] = await site.sql(`SELECT firstname, lastname, email, mobile_phone_number, (SELECT exten FROM incall WHERE user_id = users.id) AS incall
			FROM users WHERE userfield = 'MAT01000'`);
		assert.deepEqual(first, { firstname: 'Amélie', lastname: 'LEFÈVRE', email: 'amelie.lefevre0@exemple.fr',
			mobile_phone_number: '+33612340000', incall: '0142000000' });
		assert.equal(Number(await site.value('SELECT count(*) FROM incall WHERE user_id IS NOT NULL')), 20);
		assert.deepEqual((await site.sql('SELECT name FROM label WHERE tenant_id = 1 ORDER BY name')).map((label) => label.name),
			['Atelier', 'Comptabilité', 'Direction', 'Ventes']);
		assert.equal(Number(await site.value('SELECT count(*) FROM user_label')), 60);
		// Whoever has no number got no phone.
		assert.equal(Number(await site.value(`SELECT count(*) FROM line`)), 54);
		assert.match(await page.innerText('main'), /Assign|assignment of columns/);
		await page.context().close();
	});
}

test('the sheet of the next month says who came, left and moved, and makes it so, once', async () => {
	const page = await site.page('alice');
	const send = async (button) => {
		await page.goto('/services/ipbx/users/update');
		await page.setInputFiles('#file', data('hr/personnel-fevrier.csv'));
		await page.click('summary:has-text("Synchronise")');
		await page.selectOption('#match', 'userfield');
		await page.check('#create');
		await page.selectOption('#absent', 'disable');
		await page.click(`button[value="${button}"]`);
		await page.waitForURL(/imports\/\d+$/);
		return site.job(Number(/\d+$/.exec(page.url())[0]));
	};
	const checked = await send('check');
	const { resources, ...people } = checked.plan;
	assert.deepEqual([checked.state, people], ['checked', { create: 4, update: 10, unchanged: 45, disable: 5 }]);
	await page.click('nav.tabs a:has-text("Who comes and leaves")');
	const moved = await page.locator('table.made tbody tr').allInnerTexts();
	assert.deepEqual([moved.filter((row) => /NOUVEAU.*created/.test(row)).length, moved.filter((row) => /disabled/.test(row)).length], [4, 5]);
	assert.match(moved.join('\n'), /Loïc VIDAL.*1212.*disabled/);
	await page.click('nav.tabs a:has-text("Changes")');
	assert.match(await page.innerText('table.changes'), /Gaëlle O’BRIEN\s+labels[^]*Atelier[^]*Direction/);
	await page.click('.apply button.main');
	await page.waitForSelector('nav.tabs a:has-text("Users changed")');
	assert.deepEqual([(await site.job(checked.id)).state, Number(await site.value('SELECT count(*) FROM users')), Number(await site.value('SELECT count(*) FROM users WHERE NOT enabled'))],
		['done', 64, 5]);
	const again = await send('apply');
	assert.deepEqual([again.state, again.counts.changed, again.counts.created, again.counts.disabled, again.counts.unchanged], ['done', 0, undefined, undefined, 59]);
	await page.context().close();
});

const sheet = (rows) => workbook({ S: [['Vorname', 'Nachname', 'Nebenstelle', 'Bemerkung'], ...rows] });

test('a mapping is used at once for the next file with these names, with a notice and a link to change it', async () => {
	const page = await site.page('alice');
	await sendFile(page, sheet([['Ann', 'Lee', '1801', 'x']]), 'a.xlsx');
	assert.match(page.url(), /mapping$/);
	await page.click('button[value="apply"]');
	await page.waitForURL(/imports\/\d+$/);
	await sendFile(page, sheet([['Bea', 'Lee', '1802', 'y']]), 'b.xlsx');
	assert.match(page.url(), /imports\/\d+$/);
	const id = Number(/\d+$/.exec(page.url())[0]);
	assert.equal((await site.job(id)).state, 'done');
	assert.equal(await site.value(`SELECT key FROM job_issue WHERE job_id = ${id}`), 'mapping_used');
	await page.click('text=Change the assignment of columns');
	assert.match(page.url(), new RegExp(`imports/${id}/mapping$`));
	await assertAccessible(page);
	await choice(page, 'Bemerkung').selectOption('userfield');
	await page.click('button[value="save"]');
	await page.waitForURL(/imports\/\d+$/);
	assert.match(await page.innerText('main'), /The choice is saved/);
	await sendFile(page, sheet([['Cy', 'Lee', '1803', 'noted']]), 'c.xlsx');
	assert.equal(await site.value(`SELECT userfield FROM users WHERE firstname = 'Cy'`), 'noted');
	// It is this entity's alone.
	const bob = await site.client('bob');
	assert.match((await bob.upload(sheet([['Di', 'Lee', '', '']]), { name: 'd.xlsx' })).location, /mapping$/);
	await page.context().close();
});

test('a column of the file can say who is deleted, and only of an update', async () => {
	const page = await site.page('alice');
	await sendFile(page, sheet([['Gus', 'Lee', '1806', '']]), 'g.xlsx');
	assert.equal(await choice(page, 'Bemerkung').locator('option[value="_delete"]').count(), 0);
	await site.psql(`DELETE FROM mapping; DELETE FROM users WHERE lastname = 'Leaver';
		INSERT INTO users (tenant_id, firstname, lastname, userfield) VALUES (1, 'Ida', 'Leaver', 'P1'), (1, 'Jon', 'Leaver', 'P2')`);
	await page.goto('/services/ipbx/users/update');
	await page.setInputFiles('#file', { name: 'h.csv', mimeType: 'text/csv', buffer: Buffer.from('Personalnummer,Ausgetreten\nP1,0\nP2,1\n') });
	await page.click('summary:has-text("Synchronise")');
	await page.selectOption('#match', 'userfield');
	await page.click('button[value="check"]');
	await page.waitForURL(/mapping$/);
	await choice(page, 'Personalnummer').selectOption('userfield');
	await choice(page, 'Ausgetreten').selectOption('_delete');
	await assertAccessible(page);
	await page.click('button[value="apply"]');
	await page.waitForURL(/imports\/\d+$/);
	assert.deepEqual(await site.sql(`SELECT firstname FROM users WHERE lastname = 'Leaver'`), [{ firstname: 'Ida' }]);
	await page.context().close();
});

test('for an update nothing is chosen for all rows: it would change what the file does not speak of', async () => {
	const page = await site.page('alice');
	await site.psql(`DELETE FROM mapping; INSERT INTO users (tenant_id, firstname, userfield) VALUES (1, 'Kim', 'P3')`);
	await page.goto('/services/ipbx/users/update');
	await page.setInputFiles('#file', { name: 'k.csv', mimeType: 'text/csv', buffer: Buffer.from('Personalnummer,Poste,Bemerkung\nP3,1850,x\n') });
	await page.click('summary:has-text("Synchronise")');
	await page.selectOption('#match', 'userfield');
	await page.click('button[value="check"]');
	await page.waitForURL(/mapping$/);
	assert.equal(await choice(page, 'Poste').inputValue(), 'exten');
	for (const name of ['context', 'line_protocol', 'incall_context'])
		assert.equal(await page.inputValue(`#set_${name}`), '', name);
	assert.equal(await page.locator('.actions button').first().getAttribute('value'), 'check');
	// Who was led here by the job's end is not told of it once more.
	assert.equal(await page.locator('.messages').count(), 0);
	await page.context().close();
});

test('errors.csv of a mapped file is sent again as it is, and read by the same mapping', async () => {
	await site.psql('DELETE FROM mapping');
	const page = await site.page('alice');
	await sendFile(page, Buffer.from('Prénom;Poste;Bemerkung\nLou;1851;blue\nMia;99;blue\n'), 'team.csv');
	await choice(page, 'Bemerkung').selectOption('userfield');
	await page.click('button[value="check"]');
	await page.waitForURL(/imports\/\d+$/);
	const errors = await alice.get(`${new URL(page.url()).pathname}/errors.csv`);
	assert.match(errors.text, /_errors;Prénom;Poste;Bemerkung/);
	const again = await alice.upload(Buffer.from(errors.text.replace(';99;', ';1852;')), { name: 'team-errors.csv' });
	assert.match(again.location, /imports\/\d+$/, 'it does not ask again');
	assert.equal((await site.job(jobId(again))).state, 'done', await site.value(`SELECT json_agg(i)::text FROM job_issue i WHERE job_id = ${jobId(again)}`));
	assert.deepEqual(await site.sql(`SELECT firstname, userfield FROM users WHERE firstname = 'Mia'`), [{ firstname: 'Mia', userfield: 'blue' }]);
	// With another unknown name it asks, but not for what the report added.
	await sendFile(page, Buffer.from('_errors;Prénom;Poste;Gruppe\n;Nic;1853;red\n'), 'other.csv');
	assert.match(page.url(), /mapping$/);
	assert.deepEqual(await page.locator('.mapping-columns tbody th').allInnerTexts(), ['Prénom', 'Poste', 'Gruppe']);
	await page.context().close();
});

test('what cannot be is said where it is chosen, and the choice stays', async () => {
	const page = await site.page('alice');
	await site.psql('DELETE FROM mapping');
	await sendFile(page, sheet([['Eve', 'Lee', '1804', 'x']]), 'e.xlsx');
	await choice(page, 'Bemerkung').selectOption('firstname');
	await page.click('button[value="apply"]');
	await page.waitForURL(/imports\/\d+\/mapping$/);
	assert.equal(await choice(page, 'Bemerkung').inputValue(), 'firstname');
	assert.equal(Number(await site.value(`SELECT count(*) FROM users WHERE firstname = 'Eve'`)), 0);
	await page.context().close();
});

test('nobody else may map the file, and other faults lead to the report', async () => {
	const id = jobId(await alice.upload(sheet([['Fay', 'Lee', '1805', 'x']]), { name: 'f.xlsx' }));
	for (const [name, status] of [['bob', 404], ['reader', 403]])
		assert.equal((await (await site.client(name)).get(`/services/ipbx/imports/${id}/mapping`)).status, status, name);
	const broken = await alice.upload(data('bad/unclosed_quote.csv'));
	assert.match(broken.location, /imports\/\d+$/);
});
