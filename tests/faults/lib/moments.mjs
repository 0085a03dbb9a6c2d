// The random moment of a fault, and the count of what it met.
import { pause, random, until } from './faults.mjs';

// Some of the moments are anywhere in the job's measured time, most in one of its
// phases, each as likely as another however short it is.
export function moment(phases) {
	if (random.chance(0.2))
		return { wait: random.next() * phases.at(-1).to };
	const { phase, from, to } = random.of(phases);
	return { phase, wait: random.next() * (to - from) * 0.8 };
}

export async function reach(look, { phase, wait }) {
	if (phase)
		await until(() => look.ask(`SELECT 1 FROM job WHERE phase = '${phase}' OR ended_at IS NOT NULL`), phase);
	await pause(wait);
}

// Where the job is at this moment: {phase, percent}.  What is checked and to be applied
// is still being asked for.
export async function glance(look, id) {
	const [now] = await look.json(`SELECT coalesce(phase, CASE state WHEN 'queued' THEN 'waiting' WHEN 'checked' THEN 'storing' ELSE state END) AS phase, percent FROM job WHERE id = ${id}`);
	return now ?? { phase: 'storing', percent: 0 };
}

export class Tally {
	hits = 0;
	met = 0;
	phases = {};
	worst = 0;

	// `phase`: where the fault met the job at work; nothing: it did not.
	count(phase) {
		this.hits++;
		this.met += phase ? 1 : 0;
		if (phase)
			this.phases[phase] = (this.phases[phase] ?? 0) + 1;
	}
}
