// What every subcommand does with its surroundings: help, full disks, closed descriptors.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { freshSite, rollcall, root } from '../lib/stack.mjs';

let site;
before(async () => {
	site = await freshSite({ start: false });
});

// A line of a shell with the program as $R and the site's settings as $C.  Bash takes node's sockets for those of a remote
// shell, and would read ~/.bashrc (--norc).
const shell = (line, env = {}) => new Promise((done) => execFile('bash', ['--norc', '-c', line],
	{ env: { ...process.env, R: rollcall, C: join(site.dir, 'rollcall.conf'), ...env }, timeout: 20000 },
	(error, stdout, stderr) => done({ status: error ? error.code : 0, stdout, stderr })));

// All that `rollcall help` lists, but for itself.
const commands = execFileSync(rollcall, ['help'], { encoding: 'utf8' }).split('\n')
	.map((line) => /^  ([a-z]+)  /.exec(line)?.[1]).filter((name) => name && name !== 'help');

test('each subcommand says how it is called, on standard output', async () => {
	assert.ok(commands.length > 18, commands.join(' '));
	for (const command of commands) {
		for (const option of ['--help', '-h']) {
			const said = await shell(`"$R" --config /nowhere ${command} ${option}`);
			assert.deepEqual([said.status, said.stderr], [0, ''], `${command} ${option}`);
			assert.match(said.stdout, new RegExp(`^usage: rollcall ${command}`), command);
		}
	}
});

test('an option without its value is named', async () => {
	const { status, stderr } = await shell('"$R" --config');
	assert.deepEqual([status, stderr], [2, 'rollcall: --config needs a file\n']);
});

test('a script of the administrator that is called without what it needs says how, with status 2', async () => {
	for (const line of ['restore', 'restore a b c', 'backup', 'backup a b', 'backup ""', 'backup --now', 'init --zz', 'init a b']) {
		const said = await shell(`"$R" --config "$C" ${line}`);
		assert.deepEqual([said.status, said.stdout], [2, ''], line);
		assert.match(said.stderr, new RegExp(`^usage: rollcall ${line.split(' ')[0]} `), line);
	}
});

test('what cannot be written to a full disk is an error', async () => {
	for (const line of ['help', '--version', 'version', 'fields', 'config', 'import --help', 'template', 'export --tenant 1', 'admin list',
		'migrate --status', 'doctor --json', 'phones --help', 'backup --help', 'template --examples', 'export --xlsx --tenant 1',
		'convert tests/data/legacy_pipe.csv'])
		assert.match((await shell(`"$R" --config "$C" ${line} >/dev/full; echo "status $?"`)).stdout, /^status [1-9]/m, line);
});

test('with the standard descriptors closed nothing is written into what is opened next', async () => {
	const file = join(site.dir, 'people.csv');
	writeFileSync(file, 'firstname\nClosed\n');
	for (const [closed, status] of [['<&-', 0], ['>&-', 3], ['2>&-', 0], ['<&- >&- 2>&-', 3]])
		for (const command of ['export --tenant 1', 'admin list'])
			assert.equal((await shell(`"$R" --config "$C" ${command} ${closed}`)).status, status, `${command} ${closed}`);
	assert.match((await shell('"$R" fields >&-')).stderr, /standard output/);
	const whole = await shell('"$R" --config "$C" export --tenant 1 <&-');
	assert.match(whole.stdout, /^\W*firstname|^\W*uuid|^\W*entity_id/m);
});

test('a folder with a command\'s name is completed as the command', async () => {
	const dir = mkdtempSync(join(tmpdir(), 'complete-'));
	mkdirSync(join(dir, 'export'));
	const complete = (words) => shell(`cd '${dir}' && . '${root}/docs/rollcall.bash-completion'
		compopt() { echo "compopt $*"; }
		COMP_WORDS=(${words}) COMP_CWORD=$((${words.split(' ').length} - 1)); _rollcall; printf '%s\\n' "\${COMPREPLY[@]}"
		complete -p rollcall`);
	const commandsOnly = await complete('rollcall exp');
	assert.match(commandsOnly.stdout, /^export$/m);
	assert.doesNotMatch(commandsOnly.stdout, /filenames/);
	assert.match((await complete('rollcall convert exp')).stdout, /compopt -o filenames[^]*^export$/m);
	rmSync(dir, { recursive: true });
});
