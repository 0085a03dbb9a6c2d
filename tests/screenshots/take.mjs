#!/usr/bin/env node
// `make screenshots`: the pictures of docs/screenshots, taken of a private stack
// with the demo site.  FILTER=word takes only those with the word in their name.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobId } from '../lib/client.mjs';
import { freshSite, root } from '../lib/stack.mjs';

const out = join(root, 'docs/screenshots');
const stack = join(root, 'nginx/stack');
const users = '/services/ipbx/users';
const calm = { reducedMotion: 'reduce' };
const wide = { ...calm, viewport: { width: 1280, height: 800 } };
const narrow = { ...calm, viewport: { width: 320, height: 720 }, isMobile: true, hasTouch: true };
const dark = { ...wide, colorScheme: 'dark' };
const french = { ...wide, locale: 'fr-FR' };

const csv = (...records) => Buffer.from(`${records.join('\n')}\n`);

// Somebody's first try: something is wrong on nearly every row.
const withErrors = csv(
	'firstname,lastname,email,language,ring_seconds,line_protocol,context,exten,call_permissions,voicemail_number,voicemail_context',
	'Inès,Charpentier,ines@boreal.example,fr_FR,30,sip,default,1201,,,',
	'Jonas,Weber,jonas.boreal.example,de_DE,7,sip,default,1202,,,',
	',Klein,,,,,,,,,',
	'Léa,Marchand,lea@boreal.example,fr_FR,30,sip,default,5203,mobile,,',
	'Malik,Haddad,malik@boreal.example,xx_XX,,sip,office,1204,,,',
	'Nora,Lind,nora@boreal.example,,,sip,default,1101,,,',
	'Oscar,Petit,LEA@boreal.example,,,,default,1206,faxes,,',
	'Paula,Rossi,paula@boreal.example,,,h323,default,1207,,12a,default',
	'Quentin,Roy,quentin@boreal.example,,TRUE,sip,default,1201,,,');

// An older file, saved by a spreadsheet with semicolons.
const withWarnings = csv(
	'firstname;lastname;phonenumber;context;protocol;voicemailname;voicemailnumber;voicemailcontext;incallexten;agentnumber',
	'Rosa;Lemoine;1301;default;sip;Front desk;1900;default;;4001',
	'Samir;Nasri;1302;default;webrtc;;1302;default;;',
	'Tess;O\'Hara;1303;default;sccp;Tess O\'Hara;1303;default;2301;');

// Passwords take their time.
const large = csv('firstname,lastname,username,password,line_protocol,context,exten',
	...Array.from({ length: 200 }, (_, i) =>
		`First${i},Last${i},user${i},password-${i},sip,default,${100000 + i}`));

// The queue's log is where `make install` puts it.
async function hideMachine(page, site) {
	await page.evaluate((dir) => {
		const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (texts.nextNode())
			texts.currentNode.data = texts.currentNode.data.replaceAll(`${dir}/log`, '/var/log/rollcall');
	}, site.dir);
}

const filter = process.env.FILTER ?? '';

async function shoot(site, page, name) {
	if (!name.includes(filter))
		return;
	await hideMachine(page, site);
	await page.screenshot({ path: join(out, `${name}.png`), animations: 'disabled' });
	console.log(name);
}

async function openAndShoot(site, who, path, options, name) {
	if (!name.includes(filter))
		return;
	const page = await site.page(who, options);
	await page.goto(path);
	await shoot(site, page, name);
	await page.context().close();
}

// Sends a file to be checked only, by the form at `path`.
async function checkOnly(site, client, path, bytes, name) {
	const id = jobId(await client.upload(bytes, { path, name, fields: { action: 'check' } }));
	await site.jobEnded(id);
	return id;
}

async function import_(site, client, bytes, name) {
	const id = jobId(await client.upload(bytes, { name }));
	await site.jobEnded(id);
	return id;
}

async function takeJobs(site, client) {
	// With its worker stopped a job waits; the page says so.
	await site.stop('worker');
	const waiting = jobId(await client.upload(large, { name: 'staff-2026.csv' }));
	await openAndShoot(site, 'camille', `/services/ipbx/imports/${waiting}`, wide, 'job-waiting');

	// Then it runs, and the page follows.
	const page = await site.page('camille', wide);
	await page.goto(`/services/ipbx/imports/${waiting}`);
	await site.start('worker');
	await page.waitForFunction(() => document.getElementById('bar')?.value >= 30, null, { timeout: 0 });
	await shoot(site, page, 'job-running');
	await page.context().close();
	await site.jobEnded(waiting);
	await site.psql(`DELETE FROM users WHERE lastname LIKE 'Last%'`);
}

// A new office, checked before it is imported.
const newOffice = csv(
	'firstname,lastname,email,username,password,line_protocol,context,exten,incall_exten,incall_context,voicemail_name,voicemail_number,voicemail_context,call_permissions',
	'Inès,Charpentier,ines@boreal.example,ines,Sommet-41,sip,default,1401,2401,from-extern,Inès Charpentier,1401,default,mobile',
	'Jonas,Weber,jonas@boreal.example,jonas,Rivage-42,webrtc,default,1402,2402,from-extern,Jonas Weber,1402,default,mobile',
	'Katell,Le Goff,,,,sccp,default,1403,,,Front desk,1499,default,',
	'Léa,Marchand,,,,sccp,default,1404,,,Front desk,1499,default,');

// What a reorganisation changes of those who are there.
async function changesFile(site) {
	const people = await site.sql(`SELECT uuid FROM users
		WHERE tenant_id = (SELECT id FROM tenant WHERE name = 'boreal') ORDER BY id LIMIT 8`);
	const teams = ['"Sales, 2nd floor"', 'Support', ''];
	return csv('uuid,userfield,ring_seconds,mobile_phone_number',
		...people.map(({ uuid }, i) => `${uuid},${teams[i % 3]},${i % 2 ? 45 : 30},${i === 2 ? '+33612345678' : ''}`));
}

async function takeChecks(site, client) {
	const checked = await checkOnly(site, client, `${users}/import`, newOffice, 'new-office.csv');
	const update = await checkOnly(site, client, `${users}/update`, await changesFile(site), 'reorganisation.csv');
	await site.stop('worker');
	const cancelled = jobId(await client.upload(newOffice, { name: 'too-early.csv' }));
	await client.submit(`/services/ipbx/imports/${cancelled}`, {}, 'cancel"');
	await site.start('worker');
	const job = (id) => `/services/ipbx/imports/${id}`;
	for (const [path, options, name] of [
		[job(checked), wide, 'check-import'],
		[job(checked), french, 'check-import-fr'],
		[job(update), wide, 'check-update'],
		[job(update), french, 'check-update-fr'],
		[job(update), { ...dark, locale: 'fr-FR' }, 'check-update-dark'],
		[job(update), { ...narrow, viewport: { width: 320, height: 1440 } }, 'check-update-narrow'],
		[job(cancelled), wide, 'cancelled'],
	])
		await openAndShoot(site, 'camille', path, options, name);
}

async function takeMenu(site) {
	const page = await site.page('camille', wide);
	await page.goto(users);
	await page.hover('.plus-button');
	await page.locator('#plus-menu').waitFor({ state: 'visible' });
	await shoot(site, page, 'plus-menu');
	await page.context().close();
}

// Some users of a filtered list, with columns of one's own.
async function takeSelection(site) {
	await site.psql(`UPDATE admin SET list_columns = 'protocol number incalls labels email' WHERE username = 'camille'`);
	for (const [options, name] of [[wide, 'users-selected'], [{ ...narrow, locale: 'fr-FR' }, 'users-selected-narrow']]) {
		const page = await site.page('camille', options);
		await page.goto(`${users}?protocol=sip&enabled=yes`);
		for (const n of [0, 2, 3])
			await page.locator('tbody input[name=users]').nth(n).check();
		await shoot(site, page, name);
		await page.context().close();
	}
	await site.psql(`UPDATE admin SET list_columns = NULL WHERE username = 'camille'`);
}

async function take(site) {
	const client = await site.client('camille');
	await import_(site, client, readFileSync(join(stack, 'demo-users.csv')), 'demo-users.csv');
	await takeJobs(site, client);
	await takeMenu(site);
	const errors = await import_(site, client, withErrors, 'new-office.csv');
	await takeChecks(site, client);
	const warnings = await import_(site, client, withWarnings, 'export-webi.csv');
	const job = (id) => `/services/ipbx/imports/${id}`;
	const [one] = await site.sql(`SELECT uuid FROM users WHERE firstname = 'Amélie'`);
	await takeSelection(site);
	await import_(site, await site.client('tanguy'), csv('firstname,lastname', 'Yann,Le Bihan'), 'ponant.csv');

	for (const [who, path, options, name] of [
		[null, '/login', wide, 'login'],
		['camille', users, wide, 'users'],
		['camille', users, french, 'users-fr'],
		['camille', `${users}/${one.uuid}`, wide, 'user'],
		['camille', `${users}/sheets?users=${one.uuid}`, wide, 'user-sheet'],
		['camille', `${users}/import`, wide, 'import-form'],
		['camille', `${users}/update`, wide, 'update-form'],
		['camille', job(errors), wide, 'report-errors'],
		['camille', job(warnings), wide, 'report-warnings'],
		['camille', '/services/ipbx/imports', wide, 'history'],
		['camille', '/profile', wide, 'admin-account'],
		['camille', '/configuration/audit', wide, 'admin-audit'],
		['camille', users, dark, 'users-dark'],
		['camille', job(errors), dark, 'report-errors-dark'],
		['camille', users, narrow, 'users-narrow'],
		['camille', job(errors), narrow, 'report-errors-narrow'],
		['tanguy', `${users}/import`, french, 'import-form-fr'],
		['camille', job(errors), french, 'report-errors-fr'],
	])
		await openAndShoot(site, who, path, options, name);
}

mkdirSync(out, { recursive: true });
const site = await freshSite({ setup: JSON.parse(readFileSync(join(stack, 'demo-site.json'), 'utf8')),
	settings: { page_wait: 0, hash_processes: 1 } });
// Leaving by exit() ends the site, after an error too.
await take(site).then(() => process.exit(0), (error) => {
	console.error(error);
	process.exit(1);
});
