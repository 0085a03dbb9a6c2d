// What `make install` puts on a machine: no name is left in at-signs, and systemd accepts the
// units and their sandboxes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { rollcall, root } from '../lib/stack.mjs';

const run = promisify(execFile);
let at;
before(async () => {
	at = mkdtempSync(join(tmpdir(), 'rollcall-install-'));
	// The program is built already, whatever it was built with.
	await run('make', ['-s', '-o', 'build', 'install', `DESTDIR=${at}`], { cwd: root });
});
after(() => rmSync(at, { recursive: true }));

const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
	.map((entry) => join(entry.parentPath ?? entry.path, entry.name));

test('no name is left for somebody to fill in, but in the samples of the telephones', () => {
	const left = [...files(join(at, 'etc')), ...files(join(at, 'usr/lib'))].filter((file) => /@[A-Z_]+@/.test(readFileSync(file, 'utf8')));
	assert.deepEqual(left, []);
	assert.match(readFileSync(join(at, 'etc/nginx/sites-available/rollcall'), 'utf8'), /include \/etc\/nginx\/rollcall\.d\/\*\.nginx;/);
});

test('systemd takes the units, and exposes none of them', async (t) => {
	if (!existsSync('/usr/bin/systemd-analyze'))
		return t.skip('no systemd here');
	const units = join(at, 'units');
	cpSync(join(at, 'usr/lib/systemd/system'), units, { recursive: true });
	cpSync(join(at, 'usr/share/rollcall/telephone/rollcall-kamailio.service'), join(units, 'rollcall-kamailio.service'));
	const paths = files(units);
	assert.ok(paths.length >= 7);
	for (const path of paths)
		writeFileSync(path, readFileSync(path, 'utf8').replaceAll('/usr/bin/rollcall', rollcall));
	const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...paths]);
	assert.equal(stdout + stderr, '');
	for (const path of paths.filter((name) => name.endsWith('.service'))) {
		const { stdout: told } = await run('systemd-analyze', ['security', '--offline=true', '--threshold=25', '--no-pager', path]);
		assert.match(told, /Overall exposure level.*: [012]\.\d OK/, path);
	}
});
