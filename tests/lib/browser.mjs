// Debian's Chromium, one process for each test file; its contexts are like separate users.  The
// headless shell does the same with half of the work.  CHROMIUM names another browser.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

let browser;

export async function openContext(options = {}) {
	browser ??= await chromium.launch({
		executablePath: process.env.CHROMIUM ?? browsers.find(existsSync),
		args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
			'--disable-background-networking', '--disable-component-update', '--disable-sync'],
	});
	return browser.newContext({ locale: 'en-GB', ignoreHTTPSErrors: true, ...options });
}

export async function closeBrowser() {
	await browser?.close();
	browser = undefined;
}
