// The guide: each page leads to its part of it, in its language.
import { test, before } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits } from '../lib/axe.mjs';
import { freshSite } from '../lib/stack.mjs';

const users = '/services/ipbx/users';
const parts = { users, import: `${users}/import`, update: `${users}/update`, export: `${users}/export/columns`,
	imports: '/services/ipbx/imports', error: '/services/ipbx/imports/99999' };

let site;
before(async () => {
	site = await freshSite();
});

async function assertLeads(page, guide, part) {
	const href = await page.locator('.help-link').getAttribute('href');
	assert.equal(href, `/help/${guide}#${part}`);
	const answer = await page.request.get(href);
	assert.equal(answer.status(), 200);
	assert.match(await answer.text(), new RegExp(`<a id="${part}">`));
}

for (const [locale, guide] of Object.entries({ 'en-GB': 'guide.html', 'fr-FR': 'guide.fr.html' })) {
	test(`${locale}: each page leads to its part of the guide, before signing in too`, async () => {
		const stranger = await site.page(null, { locale });
		await stranger.goto('/login');
		await assertLeads(stranger, guide, 'login');
		await stranger.context().close();

		const page = await site.page('bob', { locale });
		for (const [part, path] of Object.entries(parts)) {
			await page.goto(path);
			await assertLeads(page, guide, part);
		}
		await page.context().close();
	});

	test(`${locale}: the guide and what it links to are there, whole and accessible`, async () => {
		const page = await site.page(null, { locale, viewport: { width: 320, height: 700 } });
		const blocked = [];
		page.on('console', (message) => message.type() === 'error' && blocked.push(message.text()));
		const seen = new Set([`/help/${guide}`]);
		for (const path of seen) {
			const answer = await page.goto(path);
			assert.equal(answer.status(), 200, path);
			assert.match(answer.headers()['content-security-policy'], /default-src 'none'/);
			await assertFits(page);
			await assertAccessible(page);
			assert.deepEqual(await page.evaluate(() => [...document.images].filter((image) => !image.naturalWidth).map(String)), []);
			for (const href of await page.locator('main a[href], .help-pages a').evaluateAll((links) => links.map((a) => a.href))) {
				const { origin, pathname, hash } = new URL(href);
				assert.equal(origin, new URL(page.url()).origin, href);
				seen.add(pathname);
				const target = await (await page.request.get(href)).text();
				assert.ok(hash === '' || target.includes(`id="${decodeURIComponent(hash.slice(1))}"`), `${path} leads to ${href}`);
			}
		}
		assert.equal(seen.size, 5);
		assert.deepEqual(blocked, []);
		await page.context().close();
	});
}
