// Holds an advisory lock, as a job does, until it is released:
//
//   const release = await hold(site, 2, 1);    // the lock of tenant 1
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export async function hold(site, ...lock) {
	const database = /^database = (.*)$/m.exec(readFileSync(join(site.dir, 'rollcall.conf'), 'utf8'))[1];
	const psql = spawn('psql', ['-XAtq', `${database} user=postgres`], { stdio: ['pipe', 'pipe', 'inherit'] });
	psql.stdin.write(`SELECT 'held' FROM pg_advisory_lock(${lock.join(', ')});\n`);
	await once(psql.stdout, 'data');
	return async () => {
		psql.stdin.end();
		await once(psql, 'exit');
	};
}
