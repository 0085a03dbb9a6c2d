// The lines that the fault tests recorded (standard input), as docs/faults.md.
import { readFileSync } from 'node:fs';

const rows = readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

console.log(`# What was done to it, and what held

Written by \`make faults TABLE=docs/faults.md\`: real processes of a private stack are killed, cut off or starved of space
at random moments of a job. A line stands here only where everything held: all rows or none, done once, the report
says what the database has, and the next request is fine. The tests are [tests/faults](../tests/faults).

| fault | made | met it at work | what was seen |
| --- | ---: | ---: | --- |
${rows.map(({ fault, hits, met, held }) => `| ${fault} | ${hits} | ${met} | ${held} |`).join('\n')}`);
