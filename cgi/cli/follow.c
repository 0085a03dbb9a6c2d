/* Waiting for a job, and its report as text.  Contract: follow.h. */
#include "cli/follow.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "auth/account.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "csv/issue.h"
#include "users/report.h"

#define BAR_WIDTH 30
#define LOOK_MS 250	/* between two looks at the progress */

/* --- progress ------------------------------------------------------------- */

static void draw_bar(const struct job *job)
{
	char bar[BAR_WIDTH + 1];
	long full = job->percent * BAR_WIDTH / 100;

	for (long i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r\033[K[%s] %3ld%%  %s", bar, job->percent,
	    job->phase != NULL ? job->phase : job->state);
	fflush(stderr);
}

/* What there was to tell before; a line only for what is new. */
struct told {
	char phase[32];
	bool unattended;
};

static void tell(const struct job *job, struct told *told, bool bar)
{
	const char *phase = job->phase != NULL ? job->phase : job->state;

	if (bar)
		draw_bar(job);
	else if (strcmp(phase, told->phase) != 0)
		fprintf(stderr, "job %ld: %s\n", job->id, phase);
	snprintf(told->phase, sizeof(told->phase), "%s", phase);
	if (job->unattended && !told->unattended)
		fprintf(stderr, "%sjob %ld: no worker is connected; it waits for one\n", bar ? "\r\033[K" : "",
		    job->id);
	told->unattended = job->unattended;
}

static bool has_ended(const struct job *job)
{
	return job->ended_at != NULL;
}

int follow_job(struct db *db, const struct principal *who, long id, struct arena *mem,
    struct job *out, struct err *e)
{
	struct arena *round = arena_new();
	struct told told = {0};
	bool bar = isatty(STDERR_FILENO) == 1;
	int rc = -1;

	/* Before the first look, so that no end is missed. */
	if (db_query(db, "job_listen", 0, NULL, NULL, e) != 0)
		goto out;
	for (;;) {
		struct job job;
		arena_reset(round);
		if (queue_find(db, who, id, round, &job, e) != 0)
			goto out;
		if (has_ended(&job))
			break;
		tell(&job, &told, bar);
		if (db_wait_notify(db, LOOK_MS) < 0) {
			err_set(e, ERR_DB_LOST, "database", "the connection was lost");
			err_hint(e, "job %ld is stored and goes on: its page tells how it ends", id);
			goto out;
		}
	}
	rc = queue_find(db, who, id, mem, out, e);
out:
	if (bar)
		fputs("\r\033[K", stderr);
	arena_free(round);
	return rc;
}

/* --- the report ----------------------------------------------------------- */

/* A cell's text must not steer the terminal. */
static void print_text(const char *s)
{
	size_t n = strlen(s), step;

	for (size_t i = 0; i < n; i += step) {
		int32_t c = utf8_decode(s + i, n - i, &step);
		if (c < 0 || utf8_unprintable(c))
			printf("\\u%04x", c < 0 ? 0xFFFDU : (unsigned)c);
		else
			fwrite(s + i, 1, step, stdout);
	}
}

static int print_issue(void *ctx, const PGresult *res, struct err *e)
{
	struct arena *mem = ctx;
	struct buf text = {0};
	struct issue i;

	(void)e;
	arena_reset(mem);
	report_read(&i, res, 0, mem);
	issue_write(&text, &i, NULL, NULL);
	printf("%s: ", i.level == ISSUE_ERROR ? "error" : "warning");
	if (i.row > 0)
		printf("row %ld, ", i.row);
	if (i.line > 0)
		printf("line %ld, ", i.line);
	if (i.column != NULL)
		print_text(i.column);
	else
		fputs(i.row > 0 ? "the row" : "the file", stdout);
	fputs(": ", stdout);
	print_text(buf_str(&text));
	putchar('\n');
	buf_free(&text);
	return 0;
}

static void print_counts(const struct job *job)
{
	json_t *counts = json_loads(job->counts, 0, NULL), *n;
	const char *name;

	json_object_foreach(counts, name, n)
		if (json_is_integer(n) && json_integer_value(n) > 0)
			printf(", %s %lld", name, (long long)json_integer_value(n));
	json_decref(counts);
}

static void print_end(const struct job *job)
{
	if (strcmp(job->state, "done") == 0) {
		printf("job %ld is done: %ld row%s", job->id, job->rows, job->rows == 1 ? "" : "s");
		print_counts(job);
	} else if (job->errors > 0) {
		printf("job %ld failed, nothing was applied: %ld row%s, %ld error%s", job->id, job->rows,
		    job->rows == 1 ? "" : "s", job->errors, job->errors == 1 ? "" : "s");
	} else {
		printf("job %ld was given up after %ld attempts, nothing was applied", job->id, job->attempt);
	}
	if (job->warnings > 0)
		printf(", %ld warning%s", job->warnings, job->warnings == 1 ? "" : "s");
	putchar('\n');
}

int follow_report(struct db *db, const struct principal *who, const struct job *job, struct err *e)
{
	struct arena *mem = arena_new();
	char id[24];
	const char *const errors[] = { id, "error" }, *const warnings[] = { id, "warning" };
	int rc = -1;

	snprintf(id, sizeof(id), "%ld", job->id);
	print_end(job);
	if (account_begin(db, who, e) == 0
	    && db_each(db, "api_issues", 2, errors, print_issue, mem, e) == 0
	    && db_each(db, "api_issues", 2, warnings, print_issue, mem, e) == 0)
		rc = db_commit(db, e);
	db_rollback(db);
	arena_free(mem);
	return rc;
}
