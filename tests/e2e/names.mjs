// Names as people write them, on the pages that show them: long ones without a blank,
// and such as are written from right to left.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { assertFits } from '../lib/axe.mjs';
import { check, file, imports, jobPath, store, updates } from '../lib/checks.mjs';
import { jobId } from '../lib/client.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(4).slice(0, 128);

let site;
let pages;

before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en' WHERE username = 'alice'`);
	const alice = await site.client('alice');
	const ended = async (chosen) => {
		const id = await store(alice, imports, chosen);
		await site.jobEnded(id);
		return id;
	};
	const made = await ended(file('firstname,lastname,email,line_protocol,context,exten',
		`${long},${long},long@example.org,sip,default,1000`));
	const uuid = await site.value(`SELECT uuid FROM users WHERE firstname = '${long}'`);
	pages = {
		users,
		history: '/services/ipbx/imports',
		made: `${jobPath(made)}?show=users`,
		errors: jobPath(await ended(file(`firstname,line_protocol,email,line_protocol_${long}`, 'A,sipp,LONG@example.org,x'))),
		changes: jobPath(await check(site, alice, updates, file('uuid,lastname,call_transfer_enabled', `${uuid},Short,1`))),
	};
});

test('a long name without a blank pushes no column out of sight', async () => {
	const page = await site.page('alice');
	for (const [name, path] of Object.entries(pages))
		for (const width of [1280, 1000, 800, ...(name === 'history' ? [] : [720]), 320]) {
			await page.setViewportSize({ width, height: 800 });
			await page.goto(path);
			await assertFits(page);
			const over = await page.locator('.scroll').evaluateAll((boxes) => boxes.map((box) => box.scrollWidth - box.clientWidth));
			assert.ok(over.length > 0, name);
			assert.ok(over.every((n) => n <= 0), `${name} at ${width} pixels: ${over} over`);
		}
	await page.context().close();
});

test('nor does it widen a page that has no table', async () => {
	const page = await site.page('alice');
	const uuid = await site.value(`SELECT uuid FROM users WHERE firstname = '${long}'`);
	await site.psql(`INSERT INTO label (tenant_id, name) VALUES (1, 'long ones');
		INSERT INTO user_label SELECT u.tenant_id, u.id, l.id FROM users u, label l WHERE u.firstname = '${long}' AND l.name = 'long ones'`);
	const label = await site.value(`SELECT id FROM label WHERE name = 'long ones'`);
	for (const path of [`${users}/${uuid}`, `${users}/${uuid}/edit`, `${users}/${uuid}/history`, `/services/ipbx/labels/${label}/delete`])
		for (const width of [1280, 320]) {
			await page.setViewportSize({ width, height: 800 });
			assert.equal((await page.goto(path)).status(), 200, path);
			await assertFits(page);
		}
	await page.context().close();
});

test('the name of a column is in one piece', async () => {
	const page = await site.page('alice', { viewport: { width: 800, height: 800 } });
	for (const path of [pages.errors, pages.changes]) {
		await page.goto(path);
		for (const code of await page.locator('.column code').all())
			if (!(await code.innerText()).includes(long))
				assert.equal(await code.evaluate((e) => e.getClientRects().length), 1, await code.innerText());
	}
	await page.context().close();
});

test('a name that is written from right to left leaves what is around it in its order', async () => {
	const alice = await site.client('alice');
	const name = 'تقرير.csv';
	const id = jobId(await alice.upload(Buffer.from('firstname,line_protocol,context,exten\nדנה,sip,default,1001\n'), { name }));
	await site.jobEnded(id);
	const page = await site.page('alice');
	await page.goto(jobPath(id));
	assert.equal(await page.locator('h1').textContent(), `Import of \u2068${name}\u2069`);
	await page.goto('/services/ipbx/imports');
	assert.equal(await page.locator('th bdi').first().textContent(), name);
	await page.goto(`${users}?q=${encodeURIComponent('דנה')}`);
	assert.equal(await page.locator('.col-name bdi').textContent(), 'דנה');
	await page.locator('.action.danger').click();
	assert.equal(await page.locator('.doomed bdi').textContent(), 'דנה');
	await page.context().close();
});
