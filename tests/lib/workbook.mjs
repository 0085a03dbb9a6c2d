// Workbooks made and read by SheetJS.
import { createRequire } from 'node:module';

const XLSX = createRequire(import.meta.url)('xlsx');

// The bytes of a workbook: sheets are { name: rows of cells }; numbers, booleans and
// dates are cells of their kind.
export function workbook(sheets, type = 'xlsx') {
	const book = XLSX.utils.book_new();
	for (const [name, rows] of Object.entries(sheets))
		XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows, { cellDates: true }), name);
	return XLSX.write(book, { bookType: type, type: 'buffer', compression: true });
}

// The raw cells of the first sheet: [[{ t, v }]], t is the kind ('s': a text).
export function cellsOf(bytes) {
	const book = XLSX.read(bytes, { cellNF: true });
	const sheet = book.Sheets[book.SheetNames[0]];
	const range = XLSX.utils.decode_range(sheet['!ref']);
	return Array.from({ length: range.e.r + 1 }, (_, r) => Array.from({ length: range.e.c + 1 },
		(__, c) => sheet[XLSX.utils.encode_cell({ r, c })]));
}

export const textsOf = (bytes) => cellsOf(bytes).map((row) => row.map((cell) => cell?.v ?? ''));
