// Jobs that are stopped at a known point: another connection holds the tenant's lock.  And
// administrators with a single right.
import { readFileSync } from 'node:fs';
import { data } from './stack.mjs';

// tests/data/site.json with accounts of acme that may send files of one kind only.
export function siteOfKinds() {
	const setup = JSON.parse(readFileSync(data('site.json'), 'utf8'));
	for (const [username, right] of [['importer', 'users.import'], ['updater', 'users.update']])
		setup.tenants[0].admins.push({ username, password: `${username}-Secret-1`, rights: [right] });
	return setup;
}

// Waits until `look` resolves to something true.
export async function until(look, what, seconds = 20) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		const found = await look();
		if (found)
			return found;
		await new Promise((done) => setTimeout(done, 20));
	}
	throw new Error(`waited ${seconds} s for ${what}`);
}

// While `act` runs, jobs of acme wait for the lock of their tenant (sql/queries/db.sql).
export async function whileHeld(jobs, act) {
	await jobs.psql('SELECT pg_advisory_lock(2, 1)');
	try {
		return await act();
	} finally {
		await jobs.psql('SELECT pg_advisory_unlock(2, 1)');
	}
}

// Waits until the job runs and waits for the lock.
export const stands = (jobs, id) => until(() => jobs.value(`SELECT 1 FROM job WHERE id = ${id} AND state = 'running' AND EXISTS (
	SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
	WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted)`), `job ${id} at the lock`);
