// workbook.mjs FILE.csv FILE.xlsx: the rows of a plain CSV file as a spreadsheet stores them,
// texts that cells share.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const XLSX = createRequire(new URL('../lib/workbook.mjs', import.meta.url))('xlsx');
const [from, to] = process.argv.slice(2);
const book = XLSX.utils.book_new();
const rows = readFileSync(from, 'utf8').trimEnd().split('\n').map((line) => line.split(','));
XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(rows), 'Users');
XLSX.writeFile(book, to, { bookSST: true, compression: true });
