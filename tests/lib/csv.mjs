// Files to send; and CSV as Rollcall writes it, read strictly: RFC 4180, CRLF, quotes
// only where needed.
import assert from 'node:assert/strict';

// A file of rows {column: value}, or of lists of them; its header has every column that
// a row has.
export function csv(...lists) {
	const rows = lists.flat();
	const columns = [...new Set(rows.flatMap(Object.keys))];
	const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	return [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))]
		.map((cells) => `${cells.map((value) => quoted(String(value))).join(',')}\n`).join('');
}

const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;

// Records as arrays of cells; anything loose is a failure.
export function parseCsv(text) {
	const records = [];
	let at = 0;
	while (at < text.length) {
		const record = [];
		for (;;) {
			cell.lastIndex = at;
			const found = cell.exec(text);
			at = cell.lastIndex;
			record.push(found[1] === undefined ? found[2] : found[1].replaceAll('""', '"'));
			if (text[at] !== ',')
				break;
			at++;
		}
		assert.equal(text.slice(at, at + 2), '\r\n', `record ${records.length} ends in CRLF, at ${at}`);
		at += 2;
		records.push(record);
	}
	return records;
}

// Records as objects by the header; all have its length.
export function parseObjects(text) {
	const [header, ...records] = parseCsv(text.replace(/^\ufeff/, ''));
	return records.map((record) => {
		assert.equal(record.length, header.length);
		return Object.fromEntries(record.map((value, i) => [header[i], value]));
	});
}

// What import and update read of a guarded cell.
export function unguard(value) {
	const inside = /(?<=[,;\t|\r\n])(?<!^'+[\t\r]*)'(?=['"]*[=\-@+])/;
	if (!/^''*([=\-@+\t\r]|#+$|#N\/A$)/.test(value) && !(value.startsWith("'") && inside.test(value)))
		return value;
	return value.replace(new RegExp(inside, 'g'), '').slice(1);
}
