/* A job's lines in the log.  Contract: joblog.h. */
#include "users/joblog.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "csv/issue.h"
#include "users/report.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* Params that hold words of the program or counts.  All others may hold a value of the
 * file; the log shows their name instead. */
static const char *const plain_params[] = {
	"row", "line", "column", "columns", "n", "m", "min", "max", "multiple", "values", "expected",
	"hint", "why", "what", "resource", "type", "needed", "limit", "all", "offset", "position",
	"time", "nearest", "other", "ranges", "count", "own",
	/* of the header: names of columns */
	"name", "first", "second",
};

/* Params that are the value of the issue's own column. */
static const char *const own_params[] = {
	"id", "exten",
};

static bool is_one_of(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void hide_values(struct issue *i)
{
	if (i->value != NULL)
		i->value = i->column;
	for (size_t p = 0; p < ISSUE_PARAMS_MAX && i->params[p].name != NULL; p++) {
		struct issue_param *param = &i->params[p];
		if (i->column != NULL && is_one_of(own_params, COUNT(own_params), param->name))
			param->value = i->column;
		else if (!is_one_of(plain_params, COUNT(plain_params), param->name))
			param->value = param->name;
	}
}

static void write_line(struct joblog *l, const char *event, const struct log_field *fields, size_t n)
{
	if (l->fd < 0)
		return;
	if (log_event(l->fd, event, fields, n) != 0) {
		log_line(LOG_ERROR, "job %ld: %s cannot be written: %s", l->task->id, l->task->conf->log_file,
		    strerror(errno));
		log_close(l->fd);
		l->fd = -1;
	}
}

int joblog_begin(struct joblog *l, struct task *t, struct err *e)
{
	char text[256];

	*l = (struct joblog){ .task = t, .fd = -1 };
	l->fd = log_open(t->conf->log_file);
	if (l->fd < 0)
		log_line(LOG_ERROR, "job %ld: %s cannot be opened: %s", t->id, t->conf->log_file,
		    strerror(errno));
	const struct log_field fields[] = {
		log_number("job", t->id), log_number("attempt", t->nth), log_text("kind", t->kind_name),
		t->tenant_id != 0 ? log_number("tenant", t->tenant_id) : log_text("tenant", "all"),
		log_text("admin", t->admin_name), log_text("file", t->file_name), log_number("bytes", t->bytes),
		log_text("mode", t->applied_by != NULL ? "apply what was checked" : t->dry_run ? "check" : NULL),
		log_text("applied_by", t->applied_by),
	};
	write_line(l, "begin", fields, COUNT(fields));
	snprintf(text, sizeof(text), "begin: attempt %ld, %ld bytes%s%s", t->nth, t->bytes,
	    t->applied_by != NULL ? ", to apply what was checked, asked by "
	    : t->dry_run ? ", to be checked" : "", t->applied_by != NULL ? t->applied_by : "");
	/* If it comes to nothing, so does what this connection is used for next. */
	return db_post(t->watch, "worker_log", ARGS(arg_long(t->id), arg_long(t->tenant_id), arg_text(text)), e);
}

/* The fields that an issue has both in the log file and in a download. */
enum { ISSUE_FIELDS = 5 };

static void set_fields(struct log_field fields[ISSUE_FIELDS], const struct issue *i, const char *text)
{
	fields[0] = log_number("row", i->row);
	fields[1] = i->line > 0 ? log_number("line", i->line) : log_text("line", NULL);
	fields[2] = log_text("column", i->column);
	fields[3] = log_text("code", i->key);
	fields[4] = log_text("text", text);
}

static const char *level(const struct issue *i)
{
	return i->level == ISSUE_ERROR ? "error" : "warning";
}

static void write_issue(struct joblog *l, struct issue *i, struct buf *text)
{
	struct log_field fields[2 + ISSUE_FIELDS] = {
		log_number("job", l->task->id), log_number("attempt", l->task->nth),
	};

	hide_values(i);
	buf_reset(text);
	issue_write(text, i, NULL, NULL);
	set_fields(fields + 2, i, buf_str(text));
	write_line(l, level(i), fields, COUNT(fields));
}

void joblog_issue(struct buf *out, struct issue *i)
{
	struct log_field fields[ISSUE_FIELDS];
	struct buf text = {0};

	hide_values(i);
	issue_write(&text, i, NULL, NULL);
	set_fields(fields, i, buf_str(&text));
	buf_adds(out, level(i));
	log_pairs(out, fields, COUNT(fields));
	buf_free(&text);
}

/* Writes the next issues after number `after`; returns how many there were, or -1. */
static int write_page(struct joblog *l, long after, struct arena *mem, struct buf *text, struct err *e)
{
	PGresult *res = NULL;
	int n;

	if (db_query(l->task->work, "import_issue_texts", ARGS(arg_long(l->task->id), arg_long(after)),
	    &res, e) != 0)
		return -1;
	n = PQntuples(res);
	arena_reset(mem);
	for (int i = 0; i < n; i++) {
		struct issue issue;
		report_read(&issue, res, i, NULL, mem);
		write_issue(l, &issue, text);
	}
	PQclear(res);
	return n;
}

int joblog_issues(struct joblog *l, struct err *e)
{
	struct arena *mem = arena_new();
	struct buf text = {0};
	long after = 0;
	int n;

	/* Issues are numbered from 1 without a gap. */
	do {
		n = write_page(l, after, mem, &text, e);
		after += n;
	} while (n > 0);
	l->listed = after;
	buf_free(&text);
	arena_free(mem);
	return n < 0 ? -1 : 0;
}

int joblog_commit(struct joblog *l, const char *state, long rows, long errors, long warnings, struct err *e)
{
	const struct task *t = l->task;
	long unlisted = errors + warnings - l->listed;	/* they are only counted (max_issues) */
	char text[300], more[80] = "";

	if (unlisted > 0)
		snprintf(more, sizeof(more), "; %ld of them are not listed", unlisted);
	snprintf(text, sizeof(text), "end: %s, %ld rows, %ld errors, %ld warnings%s%s", state, rows,
	    errors, warnings, more, t->applied_by != NULL && strcmp(state, "checked") == 0
	    ? "; the plan is another one than that of the check, so nothing was applied" : "");
	if (db_query_all(t->work, CALLS(
	    { "worker_log", ARGS(arg_long(t->id), arg_long(t->tenant_id), arg_text(text)), NULL },
	    COMMIT_DURABLY), e) != 0)
		return -1;
	const struct log_field fields[] = {
		log_number("job", t->id), log_number("attempt", t->nth), log_text("state", state),
		log_number("rows", rows), log_number("errors", errors), log_number("warnings", warnings),
		unlisted > 0 ? log_number("unlisted", unlisted) : log_text("unlisted", NULL),
	};
	write_line(l, "end", fields, COUNT(fields));
	return 0;
}

void joblog_close(struct joblog *l)
{
	log_close(l->fd);
	l->fd = -1;
}
