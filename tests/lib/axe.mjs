// Checks for every page: axe-core finds no violation, and nothing scrolls sideways.
import assert from 'node:assert/strict';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

const file = realpathSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'));
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// Half a megabyte takes longer to be sent through the browser's debugger than to be run: a site's own nginx has it.
const path = '/axe.min.js';
export const served = `location = ${path} { alias ${file}; expires max; access_log off; }\n`;

const load = `{
	const request = new XMLHttpRequest();
	request.open('GET', '${path}', false);
	try { request.send(); } catch {}
	if (request.status === 200)
		(0, eval)(request.responseText);
}
'axe' in globalThis`;

// The page as it is now.  Evaluated by the browser's debugger, so that the page's
// content security policy stays in force.
export async function assertAccessible(page) {
	if (!await page.evaluate(() => 'axe' in globalThis)) {
		const debug = await page.context().newCDPSession(page);
		const { result } = await debug.send('Runtime.evaluate', { expression: load });
		// A page of another nginx, or of none.
		if (!result.value)
			await debug.send('Runtime.evaluate', { expression: readFileSync(file, 'utf8') });
		await debug.detach();
	}
	const violations = await page.evaluate(async (values) => (await globalThis.axe.run(document,
		{ runOnly: { type: 'tag', values }, resultTypes: ['violations'], selectors: false, elementRef: false })).violations, rules);
	const told = violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `    ${n.html}\n    ${n.failureSummary}`).join('\n')}`);
	assert.equal(told.length, 0, `${page.url()}\n${told.join('\n')}`);
}

// Asserts that nothing is wider than the window.
export async function assertFits(page) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${page.url()} is ${over} pixels wider than the window`);
}
