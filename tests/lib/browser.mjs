// Debian's Chromium, one for a test file; contexts are as good as separate users.
import { chromium } from 'playwright-core';

let browser;

export async function openContext(options = {}) {
	browser ??= await chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
			'--disable-background-networking', '--disable-component-update', '--disable-sync'],
	});
	return browser.newContext({ locale: 'en-GB', ignoreHTTPSErrors: true, ...options });
}

export async function closeBrowser() {
	await browser?.close();
	browser = undefined;
}
