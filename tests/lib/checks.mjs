// Checks, in the browser and without one: sending a file to be checked, and blocking its job.
import { jobId } from './client.mjs';
import { Jobs } from './jobs.mjs';

export const imports = '/services/ipbx/users/import';
export const updates = '/services/ipbx/users/update';
export const jobPath = (id) => `/services/ipbx/imports/${id}`;

export const file = (...lines) => ({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(`${lines.join('\n')}\n`) });

// Sends the file with the button Check only (or another) and waits for its report.
export async function send(page, form, chosen, button = 'Check only') {
	await page.goto(form);
	await page.setInputFiles('#file', chosen);
	await page.getByRole('button', { name: button, exact: true }).click();
	await page.waitForURL(/\/imports\/\d+$/);
	await page.waitForSelector('#result');
	return Number(/\d+$/.exec(page.url())[0]);
}

// The same without a browser; resolves to the id of the ended job.
export async function check(site, client, form, chosen) {
	const id = await store(client, form, chosen, 'check');
	await site.jobEnded(id);
	return id;
}

// Stores a file; `action` is check or apply.
export async function store(client, form, chosen, action = 'apply') {
	return jobId(await client.upload(chosen.buffer, { path: form, name: chosen.name, fields: { action } }));
}

// Blocks the jobs of a tenant at their lock until release() is called.
export async function hold(site, tenant = 1) {
	const jobs = new Jobs(site);
	await jobs.psql(`SELECT pg_advisory_lock(2, ${tenant})`);
	return {
		// Resolves when the job waits for the lock.
		async reached(id) {
			while (!(await site.value(`SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'
				AND classid = 2 AND objid = ${tenant} AND NOT granted AND database = (SELECT oid FROM pg_database
					WHERE datname = current_database())
				AND EXISTS (SELECT FROM job WHERE id = ${id} AND state = 'running')`)))
				await new Promise((done) => setTimeout(done, 20));
		},
		release() {
			jobs.close();
		},
	};
}
