// Writes files to send; and reads the CSV that Rollcall writes, strictly: RFC 4180, CRLF, quotes only
// where they are needed.
import assert from 'node:assert/strict';

// A file of rows {column: value}; its header has all columns of all rows.
export function csv(...lists) {
	const rows = lists.flat();
	const columns = [...new Set(rows.flatMap(Object.keys))];
	const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
	return [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))]
		.map((cells) => `${cells.map((value) => quoted(String(value))).join(',')}\n`).join('');
}

const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;

// Records as arrays of cells; fails on anything that is not strict.
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

// The value that import and update read from a guarded cell.
export function unguard(value) {
	const inside = /(?<=[,;\t|\r\n])(?<!^'+[\t\r]*)'(?=['"]*[=\-@+])/;
	if (!/^''*([=\-@+\t\r]|#+$|#N\/A$)/.test(value) && !(value.startsWith("'") && inside.test(value)))
		return value;
	return value.replace(new RegExp(inside, 'g'), '').slice(1);
}
