/* Waiting for a job.  Contract: cli.h. */
#include "cli/cli.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR_WIDTH 30
#define LOOK_MS 250	/* the pause between two looks at the progress */
#define CLEAR "\r\033[K"

/* --- signals -------------------------------------------------------------- */

static const int caught[] = { SIGINT, SIGTERM };
static struct sigaction before[sizeof(caught) / sizeof(*caught)];
static volatile sig_atomic_t interrupted;

/* The message when a second signal ends the program.  It is made before, because a signal handler
 * cannot format texts. */
static char farewell[160] = "rollcall: interrupted\n";

static void on_signal(int sig)
{
	(void)sig;
	if (interrupted && write(STDERR_FILENO, farewell, strlen(farewell)) >= 0)
		_exit(CLI_SYSTEM);
	interrupted = 1;
}

void follow_catch(void)
{
	/* No SA_RESTART: a signal ends a read and the wait for notifications. */
	struct sigaction ask = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++) {
		sigaction(caught[i], NULL, &before[i]);
		/* An ignored signal stays ignored: nohup and background jobs of a shell
		 * rely on it. */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(caught[i], &ask, NULL);
	}
}

bool follow_interrupted(void)
{
	return interrupted != 0;
}

static void release(void)
{
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaction(caught[i], &before[i], NULL);
}

/* --- progress ------------------------------------------------------------- */

struct told {
	char phase[32];
	bool bar;		/* on a terminal */
	bool unattended;
	bool cancelled;		/* its cancellation was asked for */
};

static void print_time(double seconds)
{
	long s = (long)(seconds + 0.5);

	if (s >= 3600)
		fprintf(stderr, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
	else
		fprintf(stderr, "%ld:%02ld", s / 60, s % 60);
}

static void draw_bar(const struct job *job, const char *phase)
{
	char bar[BAR_WIDTH + 1];
	long full = job->percent * BAR_WIDTH / 100;

	for (long i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, CLEAR "[%s] %3ld%%  %s", bar, job->percent, phase);
	if (job->started_at != NULL) {
		fputs("  ", stderr);
		print_time(job->seconds);
	}
	if (job->remaining >= 0) {
		fputs(", about ", stderr);
		print_time(job->remaining);
		fputs(" left", stderr);
	}
	fflush(stderr);
}

/* Prints a line for each change. */
static void tell(const struct job *job, struct told *told)
{
	const char *phase = job->phase != NULL ? job->phase : job->state;

	if (job->unattended && !told->unattended)
		fprintf(stderr, "%sjob %ld: no worker is connected; it waits for one\n",
		    told->bar ? CLEAR : "", job->id);
	if (told->bar)
		draw_bar(job, phase);
	else if (strcmp(phase, told->phase) != 0)
		fprintf(stderr, "job %ld: %s\n", job->id, phase);
	snprintf(told->phase, sizeof(told->phase), "%s", phase);
	told->unattended = job->unattended;
}

/* --- waiting -------------------------------------------------------------- */

static int cancel(struct db *db, const struct principal *who, long id, struct told *told, struct err *e)
{
	bool asked;

	if (queue_cancel(db, who, NULL, id, &asked, e) != 0)
		return -1;
	told->cancelled = true;
	if (asked)
		fprintf(stderr, "%sjob %ld: its cancellation is asked for; waiting for its end\n",
		    told->bar ? CLEAR : "", id);
	return 0;
}

static int wait_ended(struct db *db, const struct principal *who, long id, struct told *told,
    struct err *e)
{
	struct arena *round = arena_new();
	struct job job;
	int rc = -1;

	for (;;) {
		arena_reset(round);
		if (interrupted && !told->cancelled && cancel(db, who, id, told, e) != 0)
			goto out;
		if (queue_find(db, who, id, round, &job, e) != 0)
			goto out;
		if (job.ended_at != NULL)
			break;
		tell(&job, told);
		if (db_wait_notify(db, LOOK_MS) < 0) {
			err_set(e, ERR_DB_LOST, "database", "the connection was lost");
			goto out;
		}
	}
	rc = 0;
out:
	arena_free(round);
	return rc;
}

/* Whether standard error is a terminal that can overwrite its line. */
static bool can_move(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) == 1 && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

int follow_job(struct db *db, const struct principal *who, long id, struct arena *mem,
    struct job *out, struct err *e)
{
	struct told told = { .bar = can_move() };
	int rc = -1;

	snprintf(farewell, sizeof(farewell), "%srollcall: not waited for: the page of job %ld tells the rest\n",
	    told.bar ? "\n" : "", id);
	/* LISTEN comes before the first look, so that no end is missed. */
	if (db_query(db, "job_listen", NO_ARGS, NULL, e) == 0
	    && wait_ended(db, who, id, &told, e) == 0)
		rc = queue_find(db, who, id, mem, out, e);
	if (rc != 0 && e->code == ERR_DB_LOST && !told.cancelled)
		err_hint(e, "job %ld is stored and goes on: its page tells how it ends", id);
	release();
	if (told.bar)
		fputs(CLEAR, stderr);
	if (rc == 0 && interrupted && strcmp(out->state, "done") == 0)
		fprintf(stderr, "job %ld is done: it could no longer be cancelled\n", id);
	return rc;
}
