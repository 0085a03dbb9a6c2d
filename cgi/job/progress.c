/* How far a job is, for whoever watches it. */
#include <stdio.h>

#include "job/worker.h"

#define PROGRESS_PAUSE_MS 250

static long elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
}

int progress_set(struct task *t, const char *phase, long done, long total, struct err *e)
{
	char id[24], done_text[24], total_text[24], attempt[24];
	const char *const params[] = { id, phase, done_text, total_text, attempt };

	if (done > 0 && done < total && elapsed_ms(&t->told) < PROGRESS_PAUSE_MS)
		return 0;
	snprintf(id, sizeof(id), "%ld", t->id);
	snprintf(done_text, sizeof(done_text), "%ld", done);
	snprintf(total_text, sizeof(total_text), "%ld", total);
	snprintf(attempt, sizeof(attempt), "%ld", t->attempt);
	clock_gettime(CLOCK_MONOTONIC, &t->told);
	return db_query(t->watch, "worker_progress", 5, params, NULL, e);
}
