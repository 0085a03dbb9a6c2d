// What stands between the cells of downloads: the administrator's choice, first that of his
// language; files that answer an upload keep the upload's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { apiOf } from '../lib/api.mjs';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { jobId } from '../lib/client.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';

let site, alice;
before(async () => {
	site = await freshSite({ settings: { page_wait: 60 } });
	await site.psql(`UPDATE admin SET language = 'en'`);
	alice = await site.client('alice');
	jobId(await alice.upload(Buffer.from('firstname,lastname,userfield\nAnn,"Lee; Jr","a,b"\n')));
});

const header = async (path) => (await alice.get(path)).text.split('\r\n')[0].replace('\ufeff', '');

test('the language chooses first', async () => {
	assert.equal(await header(`${users}/export?columns=firstname`), 'uuid,firstname');
	await site.psql(`UPDATE admin SET language = 'fr'`);
	assert.equal(await header(`${users}/export?columns=firstname`), 'uuid;firstname');
	assert.match(await header(`${users}/import/template.csv`), /^entity_id;subscription_type;firstname;/);
	await site.psql(`UPDATE admin SET language = 'en'`);
});

test('what is chosen on the page is kept, for the templates too', async () => {
	const page = await site.page('alice');
	await page.goto(`${users}/export/columns`);
	assert.equal(await page.inputValue('#separator'), 'comma');
	await page.selectOption('#separator', 'semicolon');
	await assertAccessible(page);
	const [download] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Export to CSV")')]);
	const text = readFileSync(await download.path()).toString();
	assert.match(text, /^\ufeffuuid;firstname;lastname\r\n[0-9a-f-]{36};Ann;"Lee; Jr"\r\n$/);
	await page.goto(`${users}/export/columns`);
	assert.equal(await page.inputValue('#separator'), 'semicolon');
	await page.setViewportSize({ width: 320, height: 640 });
	await assertFits(page);
	assert.match(await header(`${users}/update/template.csv`), /^uuid;entity_id;/);
	assert.equal(await site.value(`SELECT string_agg(username, ' ') FROM admin WHERE separator IS NOT NULL`), 'alice');
});

test('an unknown separator chooses nothing', async () => {
	assert.equal(await header(`${users}/export?columns=firstname&separator=bar`), 'uuid;firstname');
});

test('errors.csv and result.csv have the separator of the upload', async () => {
	for (const [separator, lastname] of [[';', 'Ray'], ['\t', 'Fox'], [',', 'Elk']]) {
		const file = (rows) => Buffer.from(rows.map((row) => row.join(separator)).join('\n'));
		const failed = jobId(await alice.upload(file([['firstname', 'email'], ['B', 'no']])));
		assert.equal(await header(`/services/ipbx/imports/${failed}/errors.csv`), ['_errors', 'firstname', 'email'].join(separator));
		const done = jobId(await alice.upload(file([['firstname', 'lastname'], ['B', lastname]])));
		assert.ok((await header(`/services/ipbx/imports/${done}/result.csv`)).startsWith(['firstname', 'lastname', ''].join(separator)));
	}
});

test('what a row is said to have wrong is in the language of the page', async () => {
	const failed = jobId(await alice.upload(Buffer.from('firstname;email\nB;no\n')));
	await site.psql(`UPDATE admin SET language = 'fr'`);
	assert.match((await alice.get(`/services/ipbx/imports/${failed}/errors.csv`)).text, /n'est pas valide/);
	await site.psql(`UPDATE admin SET language = 'en'`);
});

test('the API and the command line write commas unless they are asked', async () => {
	const api = apiOf(site, 'alice');
	const line = (text) => text.split('\r\n')[0];
	assert.equal(line((await api.get('/1.1/users/export?columns=firstname')).text), 'uuid,firstname');
	for (const [word, sign] of [['comma', ','], ['semicolon', ';'], ['tab', '\t']]) {
		assert.equal(line((await api.get(`/1.1/users/export?columns=firstname&separator=${word}`)).text), `uuid${sign}firstname`);
		const { stdout } = await site.command('export', '--columns', 'firstname', '--separator', word);
		assert.equal(line(stdout), `uuid${sign}firstname`);
	}
	assert.equal((await api.get('/1.1/users/export?separator=bar')).status, 400);
	assert.equal((await site.command('export', '--separator', 'bar')).status, 2);
});
