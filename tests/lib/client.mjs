// A client of the pages without a browser: cookies, forms, uploads.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescape = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);

// The first form whose tag has `mark` in it.
const formOf = (html, mark) => [...html.matchAll(/<form\b[^>]*>[^]*?<\/form>/g)].map((m) => m[0])
	.find((text) => text.slice(0, text.indexOf('>')).includes(mark)) ?? '';

const attribute = (tag, name) => {
	const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
	return value === undefined ? undefined : unescape(value);
};

// What a browser sends of a form when nothing was typed: [[name, value]], without buttons.
export function pairs(html, mark) {
	const found = [];
	for (const [all, kind, tag] of formOf(html, mark).matchAll(/<(input|select|textarea)\b([^>]*)>(?:[^]*?(?=<\/\1>))?/g)) {
		const [name, type] = [attribute(tag, 'name'), attribute(tag, 'type')];
		if (kind === 'select') {
			const options = [...all.matchAll(/<option\b[^>]*>/g)].map(([option]) => option);
			const chosen = options.find((option) => /\sselected\b/.test(option)) ?? options[0];
			found.push([name, chosen ? attribute(chosen, 'value') : '']);
		} else if (kind === 'textarea') {
			found.push([name, unescape(all.slice(all.indexOf('>') + 1))]);
		} else if (name && !['submit', 'file'].includes(type) && (!['checkbox', 'radio'].includes(type) || /\schecked\b/.test(tag))) {
			found.push([name, attribute(tag, 'value') ?? '']);
		}
	}
	return found;
}

// The hidden fields of that form.
function hiddenFields(html, mark) {
	const form = formOf(html, mark);
	const fields = {};
	for (const [tag] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
		const name = /\bname="([^"]*)"/.exec(tag)?.[1];
		fields[name] = unescape(/\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '');
	}
	return fields;
}

// The Set-Cookie headers of an answer.  Debian's node has no getSetCookie: it joins the headers with
// commas, and their dates have commas too.
export function cookiesOf(answer) {
	const joined = answer.headers.get('set-cookie') ?? '';
	return answer.headers.getSetCookie?.() ?? joined.split(/,\s*(?=[^;,\s]+=)/).filter(Boolean);
}

export class Client {
	constructor(base) {
		this.base = base;
		this.cookies = new Map();
	}

	// One request, redirects are not followed.  Resolves to {status, headers, text,
	// location}; `bytes` in place of text where asked for.
	async request(method, path, { body, headers = {}, bytes = false } = {}) {
		const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
		const answer = await fetch(new URL(path, this.base), {
			method, body, redirect: 'manual',
			headers: { ...(cookie ? { cookie } : {}), ...headers },
		});
		for (const line of cookiesOf(answer)) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
			if (/max-age=0/i.test(line) || value === '')
				this.cookies.delete(name);
			else
				this.cookies.set(name, value);
		}
		return {
			status: answer.status,
			headers: answer.headers,
			location: answer.headers.get('location'),
			...(bytes ? { bytes: Buffer.from(await answer.arrayBuffer()) } : { text: await answer.text() }),
		};
	}

	get(path, options) {
		return this.request('GET', path, options);
	}

	// Sends the fields as a form would, and adds nothing.
	post(path, fields = {}, options = {}) {
		return this.request('POST', path, { ...options, body: new URLSearchParams(fields) });
	}

	// Opens `path`, takes the hidden fields of its form (csrf among them; `mark` is a
	// part of the form's tag) and sends them with `fields`.
	async submit(path, fields = {}, mark = 'method="post"') {
		const page = await this.get(path);
		const action = new RegExp(`<form[^>]*${mark}[^>]*>`).exec(page.text)?.[0];
		const target = unescape(/\baction="([^"]*)"/.exec(action ?? '')?.[1] ?? path);
		return this.post(target || path, { ...hiddenFields(page.text, mark), ...fields });
	}

	// Opens `path` and sends its form as a browser does, with other values in some fields: a text,
	// a list of them for boxes or fields of one name, or undefined, which changes nothing.
	async fill(path, values, mark) {
		const page = await this.get(path);
		const typed = Object.entries(values).filter(([, value]) => value !== undefined);
		return this.post(attribute(formOf(page.text, mark), 'action') ?? path, [
			...pairs(page.text, mark).filter(([name]) => !typed.some(([other]) => other === name)),
			...typed.flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
		]);
	}

	async login(username, password) {
		const answer = await this.submit('/login', { username, password });
		if (answer.status !== 303)
			throw new Error(`signing in as ${username}: ${answer.status}\n${answer.text}`);
		return answer;
	}

	// Sends a file (a path, or bytes) by the form at `path`, with its hidden fields.
	// Resolves to the answer: 303 to the job's page, or the form with its errors.
	async upload(file, { path = '/services/ipbx/users/import', name, fields = {} } = {}) {
		const page = await this.get(path);
		const form = new FormData();
		const hidden = hiddenFields(page.text, 'multipart/form-data');
		for (const [key, value] of Object.entries({ ...hidden, ...fields }))
			form.append(key, value);
		const bytes = typeof file === 'string' ? readFileSync(file) : file;
		const input = /<input\b[^>]*type="file"[^>]*>/.exec(page.text)?.[0] ?? '';
		form.append(/\bname="([^"]*)"/.exec(input)?.[1] ?? 'file',
			new Blob([bytes], { type: 'text/csv' }),
			name ?? (typeof file === 'string' ? basename(file) : 'users.csv'));
		return this.request('POST', path, { body: form });
	}
}

// The number of the job in the answer to an upload.
export function jobId(answer) {
	const id = /\/imports\/(\d+)/.exec(answer.location ?? '')?.[1];
	if (!id)
		throw new Error(`no job: ${answer.status} ${answer.location}\n${answer.text}`);
	return Number(id);
}
