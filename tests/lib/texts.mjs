// Patterns for the texts of errors and warnings, by their keys, made from the program's own texts.
//
//   const texts = issueTexts('fr');
//   assert.match(cell, texts.get('missing'));
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stack.mjs';

const read = (file) => readFileSync(join(root, file), 'utf8');

// [key, template] pairs of a language: {name} is a parameter, [...] is left out where
// its parameter is missing.
function templates(language) {
	if (language === 'en')
		return [...read('cgi/csv/issues.def').matchAll(/^ISSUE\("([^"]+)", *\w+, *"((?:[^"\\]|\\.)*)"/gm)]
			.map(([, key, text]) => [key, text.replace(/\\(.)/g, '$1')]);
	const [group] = /^issue \{\n[^]*?^\}/m.exec(read(`templates/i18n/${language}.hdf`));
	return [...group.matchAll(/^\s+([\w.]+) = (.*)$/gm)].map(([, key, text]) => [key, text]);
}

const pattern = (template) => new RegExp(`^${template.split(/(\{\w+\}|\[|\])/).map((part) => {
	if (/^\{/.test(part))
		return '.+?';
	return { '[': '(?:', ']': ')?' }[part] ?? part.replace(/[.*+?^$()|\\{}]/g, '\\$&').replace(/\s/g, '\\s');
}).join('')}$`, 's');

export const issueTexts = (language) => new Map(templates(language).map(([key, text]) => [key, pattern(text)]));
