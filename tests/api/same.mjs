// One engine: a page, the API and the command line report the same of each sample file.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test, { before } from 'node:test';
import { jobId } from '../lib/client.mjs';
import { data, freshSite } from '../lib/stack.mjs';
import { apiOf } from '../lib/api.mjs';

let site, api, client;
before(async () => {
	site = await freshSite();
	await site.psql(`UPDATE admin SET language = 'en'`);
	api = apiOf(site, 'alice');
	client = await site.client('alice');
});

// As before the first file, so that each way finds the same.
const empty = () => site.psql(`DELETE FROM job_row; DELETE FROM job_row_block; DELETE FROM job; DELETE FROM incall; DELETE FROM extension; DELETE FROM users; DELETE FROM voicemail;
	${['job', 'users', 'line', 'extension', 'incall', 'voicemail'].map((table) => `ALTER SEQUENCE ${table}_id_seq RESTART;`).join(' ')}`);

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const text = (html) => html.replace(/<[^>]*>/g, '')
	.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]).trim();

const line = (level, column, value, message) => JSON.stringify([level, column || null, value || null, message]);

// The lines of the report's table on the job's page; it calls each row as a spreadsheet does.
async function byPage(file) {
	const answer = await client.upload(file);
	const id = jobId(answer);
	await site.jobEnded(id);
	const { text: html } = await client.get(`/services/ipbx/imports/${id}?show=issues&rows=all`);
	const shown = [...html.matchAll(/<tr class="(error|warning)">(.*?)<\/tr>/gs)].map(([, level, cells]) => {
		const cell = (name) => text(new RegExp(`<td class="${name}"[^>]*>(.*?)</td>`, 's').exec(cells)?.[1] ?? '');
		return { row: Number(cell('number')) || 0, line: line(level, cell('column'), cell('value'), cell('what')) };
	});
	const rows = await site.sql(`SELECT CASE WHEN row_number > 0 THEN sheet_row(job_id, row_number) ELSE 0 END::int AS row
		FROM job_issue WHERE job_id = ${id} ORDER BY 1`);
	if (shown.length === rows.length)
		assert.deepEqual(shown.map((one) => one.row).sort((one, other) => one - other), rows.map((one) => one.row));
	return shown.map((one) => one.line).sort();
}

const lines = (json) => [['error', json.errors ?? []], ['warning', json.warnings]].flatMap(([level, list]) =>
	list.map(({ message, details }) => line(level, details.column, details.value?.trim(), message.trim()))).sort();

// What differs from one time to the next.
const plain = (json) => JSON.parse(JSON.stringify(json, (name, value) =>
	(['timestamp', 'user_uuid', 'sip_uuid'].includes(name) ? value && typeof value : value)));

const files = ['', 'bad/'].flatMap((folder) => readdirSync(data(folder)).filter((name) => /\.csv$/.test(name))
	.map((name) => folder + name));

test('there are samples', () => assert.ok(files.length > 20));

for (const name of files)
	test(name, async () => {
		await empty();
		const page = await byPage(data(name));
		await empty();
		const answer = await api.import(readFileSync(data(name)));
		await empty();
		const command = await site.command('import', '--tenant', 'acme', '--json', data(name));
		const printed = JSON.parse(command.stdout);
		assert.deepEqual(plain(printed), plain(answer.json));
		assert.equal(command.status, answer.status === 201 ? 0 : 1);
		assert.deepEqual(lines(answer.json), page);
		assert.equal(name.startsWith('bad/'), answer.status === 400, answer.text);
	});
