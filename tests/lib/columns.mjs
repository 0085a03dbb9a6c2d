// The columns as the program lists them, a sample value for each, and the stored value of each: the
// column that csv/fields.def names, or one of the queries below.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCsv } from './csv.mjs';
import { data, rollcall, root } from './stack.mjs';

// [{name, type, required, values}] of `rollcall fields`, and of csv/fields.def what
// an empty cell does, `empty` (the value) and `updateEmpty`, and where it is kept,
// `table` and `kept`.
export function listColumns() {
	listed ??= readColumns();
	return listed.map((column) => ({ ...column }));
}

let listed;
function readColumns() {
	const def = new Map([...readFileSync(join(root, 'cgi/csv/fields.def'), 'utf8')
		.matchAll(/^FIELD\((\w+), *\w+, *\w+, *\d+, *\d+, *\w+, *"([^"]*)", *(\w+),.*, *(\w+)\.(\w+)\)$/gm)]
		.map(([, name, empty, updateEmpty, table, kept]) => [name, { empty, updateEmpty, table, kept }]));
	return execFileSync(rollcall, ['fields'], { encoding: 'utf8' }).trim().split('\n').slice(1).map((line) => {
		const [name, type, required, values] = [line.slice(0, 38), line.slice(39, 47), line.slice(48, 59), line.slice(60, 122)]
			.map((text) => text.trim());
		return { name, type, required, values, ...def.get(name) };
	});
}

// The first row of tests/data/full.csv, which has a value in every column.
export function sampleRow() {
	const text = readFileSync(data('full.csv'), 'utf8').replace(/("(?:[^"]|"")*")|\n/g, (_, quoted) => quoted ?? '\r\n');
	const [header, row] = parseCsv(text);
	return Object.fromEntries(header.map((name, i) => [name, row[i]]));
}

const list = (table, of) => `(SELECT string_agg(replace(replace(t.name, '\\', '\\\\'), ';', '\\;'), ';' ORDER BY t.name COLLATE "C")
	FROM ${of} m JOIN ${table} t ON t.tenant_id = m.tenant_id AND t.id = m.${table}_id WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id)`;
const incalls = (what) => `(SELECT string_agg(${what}, ';' ORDER BY n.exten, k.name COLLATE "C")
	FROM incall n JOIN context k ON k.tenant_id = n.tenant_id AND k.id = n.context_id WHERE n.tenant_id = u.tenant_id AND n.user_id = u.id)`;

const alias = { users: 'u', line: 'l', extension: 'x', voicemail: 'v' };
const lookedUp = {
	cti_profile_name: 'p.name', context: 'c.name', line_site: 's.name', voicemail_context: 'w.name',
	labels: list('label', 'user_label'), call_permissions: list('call_permission', 'user_call_permission'),
	incall_exten: incalls('n.exten'), incall_context: incalls('k.name'),
	incall_ring_seconds: `(SELECT CASE WHEN count(n.ring_seconds) > 0 THEN
		string_agg(coalesce(n.ring_seconds::text, ''), ';' ORDER BY n.exten, k.name COLLATE "C") END
		FROM incall n JOIN context k ON k.tenant_id = n.tenant_id AND k.id = n.context_id WHERE n.tenant_id = u.tenant_id AND n.user_id = u.id)`,
};

// A query of each user with all columns, as cells (null for what is not set), and
// the xmin of each row that belongs to the user.
export function storedColumns(condition) {
	const values = listColumns().map(({ name, type, table, kept }) => {
		const value = lookedUp[name] ?? `${alias[table]}.${kept}`;
		return `(${type === 'bool' ? `(${value})::int` : value})::text AS "${name}"`;
	});
	return `SELECT ${values.join(', ')}, u.id::int AS user_id, l.id::int AS line_id, x.id::int AS extension_id, v.id::int AS voicemail_id,
			ARRAY(SELECT n.id::int FROM incall n WHERE n.tenant_id = u.tenant_id AND n.user_id = u.id ORDER BY n.id) AS incall_ids,
			concat_ws(' ', u.xmin, l.xmin, x.xmin, v.xmin,
				(SELECT string_agg(n.xmin::text, ' ' ORDER BY n.id) FROM incall n WHERE n.tenant_id = u.tenant_id AND n.user_id = u.id),
				(SELECT string_agg(m.xmin::text, ' ' ORDER BY m.label_id) FROM user_label m WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id),
				(SELECT string_agg(m.xmin::text, ' ' ORDER BY m.call_permission_id)
					FROM user_call_permission m WHERE m.tenant_id = u.tenant_id AND m.user_id = u.id)) AS xmins
		FROM users u
		LEFT JOIN cti_profile p ON p.tenant_id = u.tenant_id AND p.id = u.cti_profile_id
		LEFT JOIN line l ON l.tenant_id = u.tenant_id AND l.user_id = u.id
		LEFT JOIN context c ON c.tenant_id = u.tenant_id AND c.id = l.context_id
		LEFT JOIN line_template s ON s.tenant_id = u.tenant_id AND s.id = l.line_template_id
		LEFT JOIN extension x ON x.tenant_id = u.tenant_id AND x.line_id = l.id
		LEFT JOIN voicemail v ON v.tenant_id = u.tenant_id AND v.id = u.voicemail_id
		LEFT JOIN context w ON w.tenant_id = u.tenant_id AND w.id = v.context_id
		WHERE ${condition}
		ORDER BY u.id`;
}
