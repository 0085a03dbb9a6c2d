// tests/data/site.json with more to choose from: a second context of each type, and
// names with the signs that lists must escape.
import { readFileSync } from 'node:fs';
import { data } from './stack.mjs';

export function wideSite() {
	const site = JSON.parse(readFileSync(data('site.json'), 'utf8'));
	const [acme] = site.tenants;
	acme.contexts.push(
		{ name: 'second', type: 'internal', ranges: [{ kind: 'user', start: '1000', end: '1999' }] },
		{ name: 'second-extern', type: 'incall', ranges: [{ kind: 'incall', start: '2000', end: '2999' }] });
	return site;
}
