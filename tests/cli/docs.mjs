// The man page and the completion name each command of the program, and no other.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { rollcall, root } from '../lib/stack.mjs';

const run = promisify(execFile);
const page = join(root, 'docs/rollcall.1'), completion = join(root, 'docs/rollcall.bash-completion');

async function commands() {
	const { stdout } = await run(rollcall, ['help']);
	return [...stdout.matchAll(/^ {2}(\w+) /gm)].map((match) => match[1]).sort();
}

// What completion offers for a line, the cursor at its end.
async function offered(line) {
	const words = line.split(' ');
	const { stdout } = await run('bash', ['--norc', '-c', `. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rollcall
		printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', completion, ...words]);
	return stdout.split('\n').filter(Boolean);
}

// The options that the table cgi/users/options.def gives a command: its usage names them.
async function asked(command) {
	const { stderr } = await run(rollcall, [command]).catch((error) => error);
	return [...stderr.split('FILE')[0].matchAll(/\[(--[\w-]+)/g)].map((match) => match[1])
		.filter((name) => !['--tenant', '--dry-run', '--json'].includes(name));
}

test('the man page has each option of an update', async () => {
	const text = readFileSync(page, 'utf8').replaceAll('\\-', '-');
	const options = await asked('update');
	assert.ok(options.includes('--replace-incalls'));
	assert.deepEqual(options.filter((name) => !text.includes(name)), []);
});

test('the man page has an entry for each command', async () => {
	const text = readFileSync(page, 'utf8');
	const section = text.slice(text.indexOf('.SH COMMANDS'), text.indexOf('.SH EXIT STATUS'));
	const named = new Set([...section.matchAll(/^\.TP\n\.BI? (\w+)/gm)].map((match) => match[1]));
	assert.deepEqual([...named].sort(), await commands());
});

test('the man page is sound', async () => {
	const { stdout, stderr } = await run('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page],
		{ env: { ...process.env, MANWIDTH: '80' } });
	assert.equal(stderr, '');
	assert.match(stdout.replace(/.\x08/g, ''), /EXIT STATUS/);
});

test('completion offers each command', async () => {
	assert.deepEqual((await offered('rollcall ')).filter((word) => !word.startsWith('-')).sort(), await commands());
	assert.deepEqual(await offered('rollcall im'), ['import']);
	assert.deepEqual(await offered('rollcall --config x.conf wor'), ['worker']);
});

test('completion offers the options of a command', async () => {
	for (const command of ['import', 'update'])
		assert.deepEqual((await offered(`rollcall ${command} --`)).sort(),
			['--tenant', '--dry-run', '--json', ...await asked(command)].sort());
	assert.deepEqual(await offered('rollcall export --'), ['--tenant', '--columns', '--raw', '--xlsx', '--separator']);
	assert.deepEqual(await offered('rollcall admin p'), ['passwd']);
	assert.deepEqual(await offered('rollcall admin add u --r'), ['--rights', '--root']);
});
