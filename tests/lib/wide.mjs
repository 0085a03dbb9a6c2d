// tests/data/site.json with a second context of each type, and a million numbers in every context.
import { readFileSync } from 'node:fs';
import { data } from './stack.mjs';

export function wideSite() {
	const site = JSON.parse(readFileSync(data('site.json'), 'utf8'));
	const [acme] = site.tenants;
	acme.contexts.push(
		{ name: 'second', type: 'internal', ranges: [{ kind: 'user', start: '1000', end: '1999' }] },
		{ name: 'second-extern', type: 'incall', ranges: [{ kind: 'incall', start: '2000', end: '2999' }] });
	for (const { contexts } of site.tenants)
		for (const { ranges } of contexts)
			if (ranges.length === 1)
				ranges.push({ kind: ranges[0].kind, start: `${ranges[0].start}000`, end: `${ranges[0].end}999` });
	return site;
}
