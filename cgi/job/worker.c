/* The worker's loop.  Contract: worker.h. */
#include "job/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "db/migrate.h"

/* The pause between two looks at the queue without a notice: finds jobs whose worker died. */
#define LOOK_MS 1000

/* The pause between two calls of the idle work. */
#define IDLE_MS 60000

/* The pause between a job and the idle work that it leaves: who sent the job looks at its report now. */
#define IDLE_SOON_MS 100

/* The pause between two log lines about the same fault. */
#define COMPLAIN_MS 60000

static volatile sig_atomic_t stopping;

static void on_signal(int sig)
{
	(void)sig;
	stopping = 1;
}

bool worker_stopping(void)
{
	return stopping != 0;
}

static void catch_signals(void)
{
	/* No SA_RESTART: a signal ends the wait for notifications. */
	struct sigaction stop = { .sa_handler = on_signal };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	/* multiwatch 1.0.0 sends QUIT when it is told to send TERM. */
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGQUIT, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

/* Logs an attempt that ended before its own last log line. */
static void log_attempt(const struct task *t, const char *event, long job, long attempt, const char *state,
    const char *text)
{
	const struct log_field fields[] = {
		log_number("job", job), log_number("attempt", attempt), log_text("state", state),
		log_text("text", text),
	};
	int fd = log_open(t->conf->log_file);

	if (fd < 0 || log_event(fd, event, fields, sizeof(fields) / sizeof(*fields)) != 0)
		log_line(LOG_ERROR, "%s cannot be written: %s", t->conf->log_file, strerror(errno));
	log_close(fd);
}

/* Writes the last line of a job that was given up or cancelled. */
static void log_end(const struct task *t, long job, long attempt, const char *state, const char *text)
{
	log_attempt(t, "end", job, attempt, state, text);
}

bool task_applies(const struct task *t)
{
	return !t->dry_run || t->applied_by != NULL;
}

bool task_is_short(const struct task *t)
{
	return t->bytes < 65536;
}

/* Logs the jobs whose worker died.  They are in the queue again, or were given up. */
static void log_rescued(const struct task *t, const PGresult *jobs)
{
	for (int i = 0; i < PQntuples(jobs); i++) {
		const char *state = db_get(jobs, i, "state");
		long id = db_get_long(jobs, i, "id");
		log_line(LOG_WARNING, "job %ld lost its worker and is %s now", id, state);
		long attempt = db_get_long(jobs, i, "attempt");
		if (strcmp(state, "queued") == 0)
			log_attempt(t, "lost", id, attempt, state, "its worker was lost: taken up again");
		else
			log_end(t, id, attempt, state,
			    strcmp(state, "failed") == 0 ? "given up" : "its worker was lost");
	}
}

/* Logs the jobs that were cancelled while they waited in the queue. */
static void log_cancelled(const struct task *t, const PGresult *jobs)
{
	char text[160];

	for (int i = 0; i < PQntuples(jobs); i++) {
		snprintf(text, sizeof(text), "cancelled by %s while it waited, nothing was applied",
		    db_get(jobs, i, "cancelled_by"));
		log_end(t, db_get_long(jobs, i, "id"), db_get_long(jobs, i, "attempt"), "cancelled", text);
	}
}

/* Takes a job.  Returns 1 and fills `t` (its texts live in *keep), 0 if no job can run, or -1.
 * With `whole`, jobs whose worker died, or that were cancelled in the queue, are looked for too.
 * The session lock is taken in the transaction that sets "running", so that no other worker
 * sees a running job whose lock is free. */
static int take(struct task *t, bool whole, PGresult **keep, struct err *e)
{
	PGresult *res = NULL, *rescued = NULL, *cancelled = NULL;
	const struct db_call lock = { "worker_take_lock", NO_ARGS, NULL }, choose = { "worker_take", NO_ARGS, &res };
	int found = 0;

	if (whole ? db_begin_all(t->watch, "", false, CALLS(lock,
	    { "worker_rescue", ARGS(arg_long(t->conf->max_attempts)), &rescued },
	    { "worker_unlogged", NO_ARGS, &cancelled }, choose), e) != 0
	    : db_begin_all(t->watch, "", false, CALLS(lock, choose), e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		found = 1;
		t->id = db_get_long(res, 0, "id");
		t->tenant_id = db_get_long(res, 0, "tenant_id");
		t->attempt = db_get_long(res, 0, "attempt");
		t->nth = db_get_long(res, 0, "nth");
		t->bytes = db_get_long(res, 0, "bytes");
		t->kind_name = db_get(res, 0, "kind");
		t->file_name = db_get(res, 0, "file_name");
		t->admin_name = db_get(res, 0, "admin_name");
		t->raw = db_get_bool(res, 0, "raw");
		t->dry_run = db_get_bool(res, 0, "dry_run");
		t->options = db_get(res, 0, "options");
		t->applied_by = db_get(res, 0, "applied_by");
		t->plan_digest = db_get(res, 0, "plan_digest");
		t->rows = 0;
		t->begun_ms = clock_ms();
		t->told_phase = NULL;
	}
	if (found == 0 ? db_commit(t->watch, e) != 0 : db_query_all(t->watch, CALLS(
	    { "worker_alive", ARGS(arg_long(t->id)), NULL }, { "transaction_commit", NO_ARGS, NULL }), e) != 0)
		goto fail;
	/* Logged only after the commit. */
	log_rescued(t, rescued);
	log_cancelled(t, cancelled);
	*keep = res;
	goto out;
fail:
	found = -1;
	PQclear(res);
	db_rollback(t->watch);
	/* A rollback does not release a session lock. */
	db_query(t->watch, "worker_release", NO_ARGS, NULL, NULL);
out:
	PQclear(rescued);
	PQclear(cancelled);
	return found;
}

static int run_kind(struct task *t, const struct job_kind *kinds, size_t n, struct err *e)
{
	t->kind = NULL;
	for (size_t i = 0; i < n; i++)
		if (strcmp(kinds[i].name, t->kind_name) == 0)
			t->kind = &kinds[i];
	if (t->kind == NULL || t->kind->run == NULL)
		return err_set(e, ERR_INVALID, "job", "kind %s is not known to this program", t->kind_name);
	return t->kind->run(t, e);
}

/* Sends LISTEN once for each connection, and before a job is taken, so that no
 * cancellation is missed. */
static int start_listening(struct task *t, struct err *e)
{
	if (t->listening == db_session(t->watch))
		return 0;
	if (db_query(t->watch, "worker_patience", NO_ARGS, NULL, e) != 0
	    || db_query(t->watch, "worker_listen", NO_ARGS, NULL, e) != 0
	    || db_query(t->watch, "worker_listen_cancel", NO_ARGS, NULL, e) != 0)
		return -1;
	t->listening = db_session(t->watch);
	return 0;
}

/* Whether a notice asks to cancel this job (a db_stop). */
static bool is_cancel(void *ctx, const char *channel, const char *payload)
{
	const struct task *t = ctx;

	return strcmp(channel, "rollcall_cancel") == 0 && strtol(payload, NULL, 10) == t->id;
}

/* Adds a line to the job's log on its page. */
static void tell(struct task *t, const char *text)
{
	db_query(t->watch, "worker_log", ARGS(arg_long(t->id), arg_long(t->tenant_id), arg_text(text)),
	    NULL, NULL);
}

/* Runs a query about this attempt of the job on the watch connection. */
static int ask_mine(struct task *t, const char *query, PGresult **res)
{
	return db_query(t->watch, query, ARGS(arg_long(t->id), arg_long(t->attempt)), res, NULL);
}

/* Whether the job has ended although its attempt failed: somebody cancelled it, or only
 * the answer to its COMMIT was lost.  The first query waits for a COMMIT that is still
 * under way.  If the connection is lost, the worker that finds the job without a worker
 * does the same. */
static bool has_ended(struct task *t)
{
	char text[160];
	PGresult *cancelled = NULL, *ended = NULL;
	bool is = false;

	if (ask_mine(t, "worker_cancelled", &cancelled) != 0)
		return false;
	if (PQntuples(cancelled) == 1) {
		snprintf(text, sizeof(text), "end: cancelled by %s, nothing was applied",
		    db_get(cancelled, 0, "cancelled_by"));
		tell(t, text);
		log_end(t, t->id, t->nth, "cancelled", text);
		is = true;
	} else if (ask_mine(t, "worker_ended", &ended) == 0 && PQntuples(ended) == 1) {
		log_end(t, t->id, t->nth, db_get(ended, 0, "state"), "the answer to its COMMIT was lost");
		is = true;
	}
	PQclear(cancelled);
	PQclear(ended);
	return is;
}

/* The reason of a failed attempt: a word for /metrics, and for the job's page.  The error's
 * own text may name things of the machine, so it goes to the worker's log only. */
struct reason {
	enum err_code code;
	const char *word, *text;
};

static const struct reason reasons[] = {
	{ ERR_DB_LOST, "connection_lost", "the connection to the database was lost" },
	{ ERR_DB_FULL, "disk_full", "the database has no space left" },
	{ ERR_DB_UNIQUE, "conflict", "others changed the same data at the same time" },
	{ ERR_DB_RETRY, "conflict", "others changed the same data at the same time" },
	{ ERR_DB_CANCELED, "interrupted", "it was interrupted" },
	{ ERR_IO, "file", "a temporary file could not be written or read, or a helper failed" },
	{ ERR_NONE, "other", "something failed; the worker's own log says what" },
};

static const struct reason *reason_of(enum err_code code)
{
	const struct reason *r = reasons;

	while (r->code != code && r->code != ERR_NONE)
		r++;
	return r;
}

/* Waits after an attempt that found no disk space: somebody has to make room, and without
 * a pause all attempts would be used up in seconds.  Each pause is twice as long as the one
 * before; after the last attempt there is none.  True if the job ended meanwhile, as it can
 * be cancelled. */
static bool wait_for_space(struct task *t)
{
	long pause = t->conf->full_pause << (t->nth < 6 ? t->nth - 1 : 5);
	int64_t end = clock_ms() + pause * 1000;

	if (t->nth >= t->conf->max_attempts)
		return false;
	do {
		if (db_wait_notify(t->watch, LOOK_MS) < 0)
			return false;
		if (has_ended(t))
			return true;
	} while (clock_ms() < end && !stopping);
	return false;
}

/* Puts the job back into the queue, for another worker or the next start.  The attempt does
 * not count. */
static void put_back(struct task *t)
{
	PGresult *res = NULL;

	if (ask_mine(t, "worker_put_back", &res) == 0 && PQntuples(res) == 1)
		tell(t, "the worker is stopped: taken up again");
	PQclear(res);
}

static int run_job(struct task *t, const struct job_kind *kinds, size_t n, struct err *e)
{
	char text[160];
	int rc;

	db_interrupt(t->work, t->watch, is_cancel, t);
	rc = run_kind(t, kinds, n, e);
	db_interrupt(t->work, NULL, NULL, NULL);
	if (rc == 0)
		return 0;
	db_rollback(t->work);
	if (has_ended(t))
		return 0;
	if (stopping && e->code == ERR_DB_CANCELED) {
		put_back(t);
		return 0;
	}
	const struct reason *why = reason_of(e->code);
	snprintf(text, sizeof(text), "attempt %ld came to nothing: %s", t->nth, why->text);
	tell(t, text);
	log_attempt(t, "lost", t->id, t->nth, "running", why->text);
	db_query(t->watch, "worker_failed", ARGS(arg_long(t->id), arg_long(t->attempt), arg_text(why->word)),
	    NULL, NULL);
	return e->code == ERR_DB_FULL && wait_for_space(t) ? 0 : -1;
}

/* Looks at the queue once.  Returns 1 if a job was run, 0 if none could run, or -1.  A notice that comes within
 * LOOK_MS finds the connections as they were. */
static int look(struct task *t, const struct job_kind *kinds, size_t n, struct err *e)
{
	PGresult *keep = NULL;
	bool whole = clock_ms() - t->looked_ms >= LOOK_MS;
	int found;

	if (whole) {
		t->looked_ms = 0;
		if (db_ensure(t->watch, e) != 0 || db_ensure(t->work, e) != 0 || start_listening(t, e) != 0)
			return -1;
		t->looked_ms = clock_ms();
	}
	found = take(t, whole, &keep, e);
	/* A lock is not free: try again at the next look. */
	if (found == -1 && e->code == ERR_DB_RETRY)
		found = 0;
	if (found == 1) {
		if (run_job(t, kinds, n, e) != 0)
			found = -1;
		db_query(t->watch, "worker_release", NO_ARGS, NULL, NULL);
	}
	free(t->options_read);
	t->options_read = NULL;
	PQclear(keep);
	if (found < 0)
		t->looked_ms = 0;
	return found;
}

/* Calls the idle work if its time has come; `next` is the clock_ms of the next call. */
static int do_idle(struct task *t, job_idle *idle, int64_t *next, struct err *e)
{
	if (clock_ms() < *next)
		return 0;
	int did = idle(t, e);
	/* If there was something to do, there may be more. */
	*next = did == 1 ? 0 : clock_ms() + IDLE_MS;
	return did;
}

/* The pause after a failure, so that a database that is down is not asked all the time.  A
 * signal ends it. */
static void rest(void)
{
	if (!stopping)
		usleep(LOOK_MS * 1000);
}

/* Logs an error once, and again each minute while it lasts. */
static void complain(const struct err *e)
{
	static char said[sizeof(e->message)];
	static int64_t said_ms;

	if (strcmp(said, e->message) == 0 && clock_ms() - said_ms < COMPLAIN_MS)
		return;
	snprintf(said, sizeof(said), "%s", e->message);
	said_ms = clock_ms();
	log_err("the worker", e);
}

int worker_run(const struct conf *conf, const struct job_kind *kinds, size_t n,
    job_idle *idle, struct err *e)
{
	struct task t = { .conf = conf };
	int64_t next_idle = 0;
	int rc = -1;

	catch_signals();
	/* The connection of the work is made for the first job, which may be long after. */
	if (db_make(&t.watch, conf, DB_WORKER, "rollcall worker (watch)", true, e) != 0
	    || db_make(&t.work, conf, DB_WORKER, "rollcall worker (work)", false, e) != 0)
		goto out;
	/* If the database is not there yet, or has another schema, the worker waits for it. */
	db_watch(t.watch, migrate_watch, conf);
	process_ready("waits for jobs");
	while (!stopping) {
		struct err look_err = {0};
		process_alive();
		int did = look(&t, kinds, n, &look_err);

		/* A job may leave idle work: call it soon, also if other jobs follow. */
		if (did == 1 && next_idle > clock_ms() + IDLE_SOON_MS)
			next_idle = clock_ms() + IDLE_SOON_MS;
		if (did == 0)
			did = do_idle(&t, idle, &next_idle, &look_err);
		if (did < 0) {
			complain(&look_err);
			rest();
		} else if (did == 0) {
			int64_t left = next_idle - clock_ms();
			if (db_wait_notify(t.watch, left < LOOK_MS ? (int)left : LOOK_MS) != 1)
				t.looked_ms = 0;
		}
	}
	process_stopping();
	rc = 0;
out:
	db_close(t.work);
	db_close(t.watch);
	return rc;
}
