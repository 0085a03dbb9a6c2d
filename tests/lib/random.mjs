// Generated tenants: every kind of user, and any text in every cell.  The same seed
// makes the same users.

// A small generator of numbers (mulberry32).
export class Random {
	constructor(seed) {
		this.state = seed >>> 0;
	}

	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	}

	// A whole number from 0 to n - 1.
	below(n) {
		return Math.floor(this.next() * n);
	}

	chance(p) {
		return this.next() < p;
	}

	of(list) {
		return list[this.below(list.length)];
	}

	// Some items of a list, each once.
	some(list, most = list.length) {
		const left = [...list];
		return Array.from({ length: this.below(Math.min(most, list.length) + 1) }, () =>
			left.splice(this.below(left.length), 1)[0]);
	}

	letters(alphabet, low, high) {
		const signs = [...alphabet];
		return Array.from({ length: low + this.below(high - low + 1) }, () => this.of(signs)).join('');
	}
}

const alphanumeric = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const digits = '0123456789';
const base64 = `./${alphanumeric}`;

// The parts of texts: what is difficult for CSV, COPY, SQL, spreadsheets and encodings.
const parts = [
	'a', 'Zoé', 'Łukasz', 'naïve', 'ß', 'İ', 'Σίσυφος', '北京', '日本語テキスト', '😀', '𝔘𝔫𝔦', '👩‍👩‍👧', '🇫🇷',
	'שלום', 'مرحبا', '\u202eabc\u202c', '\u200f', 'e\u0301', '\ufeff', '\u00a0', '\u2028', '\u0085', '\ufffd', '\u{10ffff}',
	'"', '""', '\'', '\'\'', ',', ';', '\t', '|', '\\', '\\.', '\\N', '\\n', '\\;', '\\\\', '\r\n', '\n', '\r', '\n\n',
	'=1+1', '+1', '-1', '@SUM(A1)', '=', '+', '-', '@', '\'=', '\'\'+', ' ', '  ', '\u0001', '\u001f', '\u007f',
	'NULL', 'null', '0', '1', 'TRUE', '1.2E+11', '********', 'sep=;', '#', '--', '/*', '$$', '%s', '{', '}', '<b>', '&amp;',
	'default', 'anonymous', '.', '..', '/', 'uuid', '#N/A', '###', '#REF!', 'Err:502', '\'#N/A', ';=1', ',@x', '\n-1', '|\'+', '\t"=',
];
// The beginning and the end of a text matter most.
const edges = ['=', '+', '-', '@', '\t', '\r', '\'', '\'=', '\'\'-', '"', '\\.', ' ', '\n', ',', '\ufeff', '😀', 'שלום', '\u00a0', '#'];

// The characters that reading trims from a text; and whether a text shows nothing.
const invisible = /^(?:(?![\t\r\n])[\p{Cc}\p{Cf}])+|(?:(?![\t\r\n])[\p{Cc}\p{Cf}])+$/gu;
const blank = /^[\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

// A first name, which must show something.
const seen = (name) => (blank.test(name) ? `${name}x` : name);

// A text of 1 to `most` characters, with or without control characters.
export function text(random, most, { oneLine = false } = {}) {
	if (random.chance(0.04))
		return random.of(['😀', 'é', 'x', '"', '\'']).repeat(most);
	const taken = random.chance(0.5) ? [random.of(edges)] : [];
	for (let n = 1 + random.below(4); n > 0; n--)
		taken.push(random.of(parts));
	if (random.chance(0.2))
		taken.push(random.of(edges));
	const signs = [...taken.join('')].filter((sign) => !oneLine || !/[\u0000-\u001f\u007f-\u009f\u2028]/.test(sign));
	return signs.slice(0, most).join('').replace(invisible, '') || 'x';
}

// The name of a thing: blanks around it are not part of it.
export function name(random, n) {
	return `${random.of(['', '=', '+', '-', '@', '\'', '\\', ';', '"'])}${n}${random.of(parts)}${random.of(['', ';', '\\', '\\;', ',', '"', '.'])}`
		.replace(/[\p{Cc}\p{Cf}\p{Zl}]/gu, '').replace(/[ \u00a0]+$/, '').normalize('NFC');
}

const hash = (random) => random.of([
	() => `$6$${random.letters(base64, 1, 16)}$${random.letters(base64, 86, 86)}`,
	() => `$6$rounds=5000$${random.letters(base64, 8, 8)}$${random.letters(base64, 86, 86)}`,
	() => `$2b$10$${random.letters(base64, 53, 53)}`,
	() => `$y$j9T$${random.letters(base64, 22, 22)}$${random.letters(base64, 43, 43)}`,
])();

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const notMasked = (value) => (value === '********' ? '#' : value);

// A site for `rollcall setup` whose names have every character with a meaning in lists.
export function odd(random) {
	const names = (n) => Array.from({ length: n }, (_, i) => name(random, i + 1));
	const range = (kind) => [{ kind, start: '100000', end: '999999' }];
	const rights = ['users.read', 'users.import', 'users.update', 'users.export', 'users.delete'];
	return {
		root: [{ username: 'root', password: 'root-Secret-1' }],
		tenants: [{
			name: 'acme', uuid: '11111111-1111-4111-8111-111111111111',
			contexts: [
				...names(4).map((of) => ({ name: of, type: 'internal', ranges: range('user') })),
				...names(4).map((of) => ({ name: `in${of}`, type: 'incall', ranges: range('incall') })),
			],
			call_permissions: names(7), labels: names(7), cti_profiles: names(3),
			template_lines: ['default', ...names(3)],
			admins: [
				{ username: 'alice', password: 'alice-Secret-1', language: 'en', rights: [...rights, 'users.secrets'] },
				{ username: 'masked', password: 'masked-Secret-1', language: 'en', rights },
			],
		}],
	};
}

// Users as rows of the tables, all of tenant 1.  `things` are the names and ids that
// the setup made: {internal, incall, permission, label, profile, site} of ids.
export function people(random, count, things) {
	const rows = { voicemail: [], users: [], line: [], extension: [], incall: [], user_label: [], user_call_permission: [] };
	const maybe = (make, p = 0.6) => (random.chance(p) ? make() : null);
	const unique = new Set();
	const once = (make) => {
		for (;;) {
			const value = make();
			if (!unique.has(value.toLowerCase()))
				return unique.add(value.toLowerCase()) && value;
		}
	};
	const email = () => {
		const local = text(random, 20, { oneLine: true }).replace(/[@<>;:,\p{Z}\p{Cf}\u0085\t]/gu, '') || 'x';
		return `${local}${random.below(1e6)}@${random.letters(alphanumeric, 1, 20)}.${random.of(['example', 'org', 'museum'])}`;
	};
	let number = 100000;
	const exten = (kind) => {
		number += 1 + random.below(3);
		return random.chance(0.85) ? String(number) : random.of(kind === 'incall'
			? [() => `+${number}`, () => `*${number}`, () => `${number}#`]
			: [() => `_${number}X.`, () => `*${number}`, () => `#${number}`, () => `_${number}[1-5]!`])();
	};
	const family = Array.from({ length: 1 + count / 8 }, () => text(random, 128));
	const given = Array.from({ length: 1 + count / 4 }, () => text(random, 128));

	for (let id = 1; id <= count; id++) {
		const enabled = random.chance(0.3);
		let voicemail = null;
		if (random.chance(0.2) && rows.voicemail.length > 0) {
			voicemail = random.of(rows.voicemail).id;
		} else if (random.chance(0.5)) {
			voicemail = rows.voicemail.length + 1;
			number += 1;
			rows.voicemail.push({
				tenant_id: 1, id: voicemail, context_id: random.of([...things.internal, ...things.incall]),
				number: random.chance(0.2) ? `00${number}` : String(number), name: text(random, 80),
				password: maybe(() => random.letters(`${digits}#`, 1, 80)), email: maybe(email),
				attach_audio: random.of([null, true, false]), delete_messages: random.chance(0.5), ask_password: random.chance(0.5),
			});
		}
		const bool = () => random.chance(0.5);
		rows.users.push({
			tenant_id: 1, id, subscription_type: random.below(11),
			firstname: seen(random.of(given)), lastname: maybe(() => random.of(family), 0.8),
			email: maybe(() => once(email)), language: random.of([null, 'de_DE', 'en_US', 'es_ES', 'fr_FR', 'fr_CA']),
			mobile_phone_number: maybe(() => `${random.of(['', '+'])}${random.letters(`${digits}*#`, 1, 79)}`),
			outgoing_caller_id: maybe(() => text(random, 80)),
			enabled: bool(), supervision_enabled: bool(), call_transfer_enabled: bool(), dtmf_hangup_enabled: bool(),
			call_record_outgoing_external_enabled: bool(), call_record_outgoing_internal_enabled: bool(),
			call_record_incoming_external_enabled: bool(), call_record_incoming_internal_enabled: bool(),
			online_call_record_enabled: bool(), simultaneous_calls: 1 + random.below(20), ring_seconds: 5 * random.below(2161),
			call_permission_password: maybe(() => notMasked(random.letters(`${digits}*#`, 1, 16))),
			userfield: maybe(() => text(random, 128)),
			username: enabled || bool() ? once(() => random.letters(`${alphanumeric}._~!$&'()*+,;=%@-`, 2, 40)) : null,
			password_hash: enabled || bool() ? hash(random) : null,
			cti_profile_enabled: enabled, cti_profile_id: enabled || bool() ? random.of(things.profile) : null,
			voicemail_id: voicemail,
		});
		if (random.chance(0.75)) {
			const protocol = random.of(['sip', 'sip', 'sccp', 'webrtc', 'ua']);
			const context = random.of(things.internal);
			rows.line.push({
				tenant_id: 1, id, user_id: id, protocol, context_id: context, line_template_id: random.of(things.site),
				sip_username: protocol === 'sccp' ? null : once(() => random.letters(`${alphanumeric}-_.`, 5, 79)),
				sip_secret: protocol === 'sccp' ? null : notMasked(random.letters(printable, 1, 80)),
				provisioning_code: 100000 + id,
			});
			if (random.chance(0.8))
				rows.extension.push({ tenant_id: 1, id, context_id: context, exten: exten('user'), line_id: id });
		}
		const held = random.chance(0.5) ? 1 : random.chance(0.4) ? 1 + random.below(5) : 0;
		const rings = random.chance(0.6);
		for (let i = 0; i < held; i++) {
			const of = exten('incall');
			for (const context of random.chance(0.1) ? things.incall : [random.of(things.incall)])
				rows.incall.push({ tenant_id: 1, context_id: context, exten: of, user_id: id,
					ring_seconds: rings && bool() ? random.below(10801) : null });
		}
		for (const label of random.some(things.label, 4))
			rows.user_label.push({ tenant_id: 1, user_id: id, label_id: label });
		for (const permission of random.some(things.permission, 4))
			rows.user_call_permission.push({ tenant_id: 1, user_id: id, call_permission_id: permission });
	}
	// Free numbers, which belong to nobody and are not exported.
	for (let i = 0; i < 10; i++) {
		rows.extension.push({ tenant_id: 1, id: count + 1 + i, context_id: things.internal[0], exten: exten('user'), line_id: null });
		rows.incall.push({ tenant_id: 1, context_id: things.incall[0], exten: exten('incall'), user_id: null, ring_seconds: null });
	}
	return rows;
}
