// Checks for every page: axe-core finds no violation, and nothing scrolls sideways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// The page as it is now.  Evaluated by the browser's debugger, so that the page's
// content security policy stays in force.
export async function assertAccessible(page) {
	if (!await page.evaluate(() => 'axe' in globalThis)) {
		const debug = await page.context().newCDPSession(page);
		await debug.send('Runtime.evaluate', { expression: axe });
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
