// Debian's Chromium, one process for each test file; its contexts are like separate users.  The
// headless shell does the same with half of the work.  CHROMIUM names another browser.
import { existsSync } from 'node:fs';

const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

let browser;

async function launch() {
	// Only here: most files need no browser, and reading this takes as long as a test.
	const { chromium } = await import('playwright-core');
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? browsers.find(existsSync),
		// No page lives long enough for its scripts to be worth an optimizing compiler: axe, half a megabyte
		// that is new to each page, takes half of the time by bytecode and baseline code alone.
		args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--js-flags=--no-turbofan,--no-maglev',
			'--disable-background-networking', '--disable-component-update', '--disable-sync'],
	});
}

export async function openContext(options = {}) {
	browser ??= launch();
	return (await browser).newContext({ locale: 'en-GB', ignoreHTTPSErrors: true, ...options });
}

export async function closeBrowser() {
	await (await browser)?.close();
	browser = undefined;
}
