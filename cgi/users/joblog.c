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

/* Params that are words of the program or counts.  Any other may hold what
 * somebody wrote into a cell, and stands under its name in the log. */
static const char *const plain_params[] = {
	"row", "line", "column", "columns", "n", "m", "min", "max", "multiple", "values", "expected",
	"hint", "why", "what", "resource", "type", "needed", "limit", "offset", "position",
	"time", "nearest", "other",
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
		log_line(LOG_ERROR, "job %s: %s cannot be written: %s", l->job, l->task->conf->log_file,
		    strerror(errno));
		log_close(l->fd);
		l->fd = -1;
	}
}

static int add_to_page(struct db *db, const struct joblog *l, const char *text, struct err *e)
{
	return db_query(db, "worker_log", ARGS(arg_long(l->task->id), arg_long(l->task->tenant_id),
	    arg_text(text)), NULL, e);
}

int joblog_begin(struct joblog *l, struct task *t, struct err *e)
{
	char tenant[24], bytes[24], text[256];

	*l = (struct joblog){ .task = t, .fd = -1 };
	snprintf(l->job, sizeof(l->job), "%ld", t->id);
	snprintf(l->attempt, sizeof(l->attempt), "%ld", t->nth);
	snprintf(tenant, sizeof(tenant), "%ld", t->tenant_id);
	snprintf(bytes, sizeof(bytes), "%ld", t->bytes);
	l->fd = log_open(t->conf->log_file);
	if (l->fd < 0)
		log_line(LOG_ERROR, "job %s: %s cannot be opened: %s", l->job, t->conf->log_file,
		    strerror(errno));
	const struct log_field fields[] = {
		{ "job", l->job }, { "attempt", l->attempt }, { "kind", t->kind },
		{ "tenant", t->tenant_id != 0 ? tenant : "all" }, { "admin", t->admin_name },
		{ "file", t->file_name }, { "bytes", bytes },
		{ "mode", t->applied_by != NULL ? "apply what was checked" : t->dry_run ? "check" : NULL },
		{ "applied_by", t->applied_by },
	};
	write_line(l, "begin", fields, COUNT(fields));
	snprintf(text, sizeof(text), "begin: attempt %ld, %ld bytes%s%s", t->nth, t->bytes,
	    t->applied_by != NULL ? ", to apply what was checked, asked by "
	    : t->dry_run ? ", to be checked" : "", t->applied_by != NULL ? t->applied_by : "");
	return add_to_page(t->watch, l, text, e);
}

static void write_issue(struct joblog *l, struct issue *i, struct buf *text)
{
	char row[24], line[24];

	hide_values(i);
	buf_reset(text);
	issue_write(text, i, NULL, NULL);
	snprintf(row, sizeof(row), "%ld", i->row);
	snprintf(line, sizeof(line), "%ld", i->line);
	const struct log_field fields[] = {
		{ "job", l->job }, { "attempt", l->attempt }, { "row", row },
		{ "line", i->line > 0 ? line : NULL }, { "column", i->column }, { "code", i->key },
		{ "text", buf_str(text) },
	};
	write_line(l, i->level == ISSUE_ERROR ? "error" : "warning", fields, COUNT(fields));
}

void joblog_issue(struct buf *out, struct issue *i)
{
	char row[24], line[24];
	struct buf text = {0};

	hide_values(i);
	issue_write(&text, i, NULL, NULL);
	snprintf(row, sizeof(row), "%ld", i->row);
	snprintf(line, sizeof(line), "%ld", i->line);
	const struct log_field pairs[] = {
		{ "row", row }, { "line", i->line > 0 ? line : NULL }, { "column", i->column },
		{ "code", i->key }, { "text", buf_str(&text) },
	};
	buf_adds(out, i->level == ISSUE_ERROR ? "error" : "warning");
	log_pairs(out, pairs, COUNT(pairs));
	buf_free(&text);
}

/* One page of issues behind number `after`; how many there were, or -1. */
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
		report_read(&issue, res, i, mem);
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
	buf_free(&text);
	arena_free(mem);
	return n < 0 ? -1 : 0;
}

int joblog_result(struct joblog *l, const char *state, long rows, long errors, long warnings,
    struct err *e)
{
	char text[256];

	l->state = state;
	l->rows = rows;
	l->errors = errors;
	l->warnings = warnings;
	snprintf(text, sizeof(text), "end: %s, %ld rows, %ld errors, %ld warnings%s", state, rows,
	    errors, warnings, l->task->applied_by != NULL && strcmp(state, "checked") == 0
	    ? "; the plan is another one than that of the check, so nothing was applied" : "");
	return add_to_page(l->task->work, l, text, e);
}

void joblog_committed(struct joblog *l)
{
	char rows[24], errors[24], warnings[24];

	snprintf(rows, sizeof(rows), "%ld", l->rows);
	snprintf(errors, sizeof(errors), "%ld", l->errors);
	snprintf(warnings, sizeof(warnings), "%ld", l->warnings);
	const struct log_field fields[] = {
		{ "job", l->job }, { "attempt", l->attempt }, { "state", l->state }, { "rows", rows },
		{ "errors", errors }, { "warnings", warnings },
	};
	write_line(l, "end", fields, COUNT(fields));
}

void joblog_close(struct joblog *l)
{
	log_close(l->fd);
	l->fd = -1;
}
