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

// A context that was closed is used again by the next one that is opened with scripts, in English and in the machine's time: playwright forgets its
// cookies, storage, cache, headers, clock and what was emulated, and opens it with objects of its own, but the renderer is
// warm.  There is one at a time; who opens a second one beside it has a new one.
let lent = false;

export async function openContext({ viewport = { width: 1280, height: 720 }, ...options } = {}) {
	// Under load Chromium itself has died at its start.
	browser ??= launch().catch(launch);
	// With a window of its own: playwright leaves that of the last one where none is named.
	const opened = await browser, all = { viewport, locale: 'en-GB', javaScriptEnabled: true, ignoreHTTPSErrors: true, ...options };
	if (lent || !all.javaScriptEnabled || all.locale !== 'en-GB' || all.timezoneId)
		return opened.newContext(all);
	lent = true;
	const context = await opened._newContextForReuse(all);
	context.close = async () => {
		// Pages that follow something must not go on doing so.
		await Promise.all(context.pages().map((page) => page.goto('about:blank').catch(() => {})));
		await opened._disconnectFromReusedContext('closed');
		lent = false;
	};
	return context;
}

export async function closeBrowser() {
	const opened = browser;
	browser = undefined;
	// One that did not open has failed its test already: what comes after must still end.
	await (await opened?.catch(() => undefined))?.close();
	lent = false;
}
