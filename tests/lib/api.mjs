// A client of the JSON API: each answer is checked against static/openapi.json.
//
//   const api = apiOf(site, 'alice');
//   const made = await api.import('firstname\nJohn\n');      // {status, headers, json, text}
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { root } from './stack.mjs';

export { csv } from './csv.mjs';

export const document = JSON.parse(readFileSync(join(root, 'static/openapi.json'), 'utf8'));

// A file asks a few dozen times: to optimize the code of checks, and to copy it to where they are referred to,
// takes longer than to run it.
const ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false, code: { optimize: false }, formats: {
	uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
	'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
} });
ajv.addSchema({ ...document, $id: 'openapi' });

const resolve = (value) => value.$ref
	? value.$ref.slice(2).split('/').reduce((at, name) => at[name], document) : value;

function matches(template, path) {
	const a = template.split('/'), b = path.split('/');
	return a.length === b.length && a.every((part, i) => part === b[i] || /^\{.*\}$/.test(part));
}

// The description of a request, undefined where there is none.
function operation(method, path) {
	const bare = new URL(path, 'http://x').pathname.replace(/^\/api\/confd(?=\/1\.1)/, '');
	const found = Object.keys(document.paths).filter((template) => matches(template, bare))
		.sort((a, b) => a.split('{').length - b.split('{').length)[0];
	return document.paths[found]?.[method.toLowerCase()];
}

// Compiled once for each schema of the description.
const validators = new Map();
function validator(schema) {
	if (!validators.has(schema))
		validators.set(schema, ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/'))));
	return validators.get(schema);
}

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
	'application/json': { schema: { $ref: '#/components/schemas/Plain' } } };

// Asserts that an answer has a status of the operation's description, with the described type and
// schema.  A path without an operation must be answered with a problem.
export function checkAnswer(method, path, answer) {
	// Any path may be redirected for a slash too many.
	if ([301, 308].includes(answer.status)) {
		assert.equal(answer.text, '', path);
		return;
	}
	const op = operation(method, path);
	const what = `${method} ${path}: ${answer.status}`;
	assert.ok(!op || op.responses[answer.status], `${what} is not described\n${answer.text}`);
	const content = op ? resolve(op.responses[answer.status]).content : problem;
	if (!content) {
		assert.equal(answer.text, '', what);
		return;
	}
	const type = answer.headers.get('content-type')?.replace(/;.*/, '');
	assert.ok(content[type], `${what}: type ${type}`);
	if (!/json$/.test(type))
		return;
	const validate = validator(content[type].schema);
	assert.ok(validate(answer.json), `${what}: ${ajv.errorsText(validate.errors)}\n${answer.text.slice(0, 2000)}`);
	for (const [name, header] of Object.entries(op ? resolve(op.responses[answer.status]).headers ?? {} : {}))
		assert.ok(answer.headers.has(name) || !header.required, `${what}: no ${name}`);
}

export class Api {
	// `account` is "name:password", or undefined; the headers are sent with each request.
	constructor(base, { account, headers = {}, prefix = '' } = {}) {
		this.base = base;
		this.prefix = prefix;
		this.headers = { ...headers, ...(account
			? { authorization: `Basic ${Buffer.from(account).toString('base64')}` } : {}) };
	}

	async request(method, path, { body, headers = {} } = {}) {
		const answer = await fetch(new URL(this.prefix + path, this.base), {
			method, body, redirect: 'manual', headers: { ...this.headers, ...headers },
		});
		const text = await answer.text();
		const result = { status: answer.status, headers: answer.headers, text };
		if (/json/.test(answer.headers.get('content-type') ?? '') && text !== '')
			result.json = JSON.parse(text);
		if (method !== 'HEAD')
			checkAnswer(method, path, result);
		return result;
	}

	get(path, headers) {
		return this.request('GET', path, { headers });
	}

	delete(path) {
		return this.request('DELETE', path);
	}

	// A body of JSON.
	send(method, path, value, headers = {}) {
		return this.request(method, path, { body: JSON.stringify(value), headers: { 'content-type': 'application/json', ...headers } });
	}

	import(csv, headers = {}, query = '') {
		return this.request('POST', `/1.1/users/import${query}`,
			{ body: csv, headers: { 'content-type': 'text/csv; charset=utf-8', ...headers } });
	}

	update(csv, headers = {}, query = '') {
		return this.request('PUT', `/1.1/users/import${query}`,
			{ body: csv, headers: { 'content-type': 'text/csv; charset=utf-8', ...headers } });
	}

	// The same, only checked: kind is import or update.
	check(kind, csv, headers) {
		return this[kind](csv, headers, '?dry_run=1');
	}

	apply(id, headers, query = '') {
		return this.request('POST', `/1.1/imports/${id}/apply${query}`, { headers });
	}

	cancel(id) {
		return this.request('POST', `/1.1/imports/${id}/cancel`);
	}

	async job(id) {
		return (await this.get(`/1.1/imports/${id}`)).json;
	}

	result(id) {
		return this.get(`/1.1/imports/${id}/result`);
	}

	async user(uuid) {
		return (await this.get(`/1.1/users/${uuid}`)).json;
	}

	// The export's records: [{column: value}].
	async export(query = '') {
		return (await this.get(`/1.1/users/export${query}`, { accept: 'application/json' })).json.content;
	}
}

// The number of the job that an answer is about.
export const jobOf = (answer) => Number(/\/imports\/(\d+)/.exec(
	answer.headers.get('content-location') ?? answer.headers.get('location'))[1]);

export const apiOf = (site, user, options = {}) => new Api(site.url, {
	account: user && `${user}:${site.passwords[user]}`, ...options });

// [[code, row, column]] of errors or warnings.
export const told = (list) => list.map((x) => [x.code, x.details.row_number, x.details.column]);
