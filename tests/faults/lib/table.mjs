// The lines that the fault tests recorded (standard input), as docs/faults.md.
import { readFileSync } from 'node:fs';
import { order } from './order.mjs';

const rows = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const phased = rows.filter(({ phases }) => phases);
const unknown = phased.flatMap(({ phases }) => Object.keys(phases)).filter((phase) => !order.includes(phase));
if (unknown.length)
	throw new Error(`phases that have no column: ${unknown}`);

const line = (...cells) => `| ${cells.join(' | ')} |`;
const table = (head, body) => [line(...head), line('---', ...head.slice(1).map((name) => (name === 'what was seen' ? '---' : '---:'))), ...body].join('\n');

console.log(`# What was done to it, and what held

Written by \`make faults TABLE=docs/faults.md\` (FAULTS=${process.env.FAULTS ?? 3}): real processes of a private stack are killed, cut off or
starved of space at random moments of a job. A line stands here only where everything held: all rows or none, done
once, the report says what the database has, the percentage of a job taken up again never fell (unless the database server itself was stopped: it is
written without waiting for the disk), and the next request is fine. "Met" counts the faults that found the job at work. The tests are [tests/faults](../tests/faults).

${table(['fault', 'made', 'met', 'what was seen'], rows.map(({ fault, hits, met, held }) => line(fault, hits, met, held)))}

## Where they met the job

In turn the jobs are imports, updates, the checks of both, and checks that are applied, of some thousand rows. The
moments are drawn by lot from the measured time of each phase; not every job has every phase. Storing is the
request before it is accepted, waiting the time until a worker takes the job.

${table(['fault', ...order], phased.map(({ fault, phases }) => line(fault, ...order.map((phase) => phases[phase] ?? 0))))}`);
