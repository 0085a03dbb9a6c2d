/* How a job ended, as text.  Contract: cli.h. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "auth/account.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "csv/issue.h"
#include "users/plan.h"
#include "users/report.h"

/* Prints a text without control characters: a cell must not control the terminal. */
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

/* Prints the name of a column, and the file's own name for it. */
static void print_column(const struct issue *i)
{
	print_text(i->column);
	if (i->source == NULL)
		return;
	fputs(" (", stdout);
	print_text(i->source);
	putchar(')');
}

static int print_issue(void *ctx, const PGresult *res, struct err *e)
{
	struct arena *mem = ctx;
	struct buf text = {0};
	struct issue i;

	(void)e;
	arena_reset(mem);
	report_read(&i, res, 0, NULL, mem);
	issue_write(&text, &i, NULL, NULL);
	printf("%s: ", i.level == ISSUE_ERROR ? "error" : "warning");
	if (i.row > 0)
		printf("row %ld, ", i.sheet_row);
	else if (i.line > 0)
		printf("line %ld, ", i.line);
	if (i.column != NULL)
		print_column(&i);
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

/* An undo has no rows.  Its counts are of users: those of undo_counts in sql/queries/import.sql. */
static void print_undone(const struct job *job)
{
	static const char *const what[][2] = {
		{ "users", "came back" }, { "changed", "changed back" }, { "deleted", "deleted" },
	};
	json_t *counts = json_loads(job->counts, 0, NULL);
	const char *before = "; users: ";

	for (size_t i = 0; i < sizeof(what) / sizeof(*what); i++) {
		json_int_t n = json_integer_value(json_object_get(counts, what[i][0]));
		if (n > 0) {
			printf("%s%lld %s", before, (long long)n, what[i][1]);
			before = ", ";
		}
	}
	json_decref(counts);
}

static void print_rows(const struct job *job)
{
	if (strcmp(job->kind, "undo") != 0)
		printf(": %ld row%s", job->rows, job->rows == 1 ? "" : "s");
}

static void print_end(const struct job *job)
{
	if (strcmp(job->state, "done") == 0) {
		printf("job %ld is done", job->id);
		print_rows(job);
		if (strcmp(job->kind, "undo") == 0)
			print_undone(job);
		else
			print_counts(job);
	} else if (strcmp(job->state, "checked") == 0) {
		printf("job %ld was checked, nothing was applied", job->id);
		print_rows(job);
	} else if (queue_gave_up(job)) {
		printf("job %ld was given up after %ld attempts, nothing was applied", job->id, job->attempt);
	} else {
		printf("job %ld failed, nothing was applied", job->id);
		print_rows(job);
		printf(", %ld error%s", job->errors, job->errors == 1 ? "" : "s");
	}
	if (job->warnings > 0)
		printf(", %ld warning%s", job->warnings, job->warnings == 1 ? "" : "s");
	putchar('\n');
}

/* --- the plan ------------------------------------------------------------- */

/* Prints a name with blanks in place of _. */
static void print_name(const char *name)
{
	int width = 16;

	for (; *name != '\0'; name++, width--)
		putchar(*name == '_' ? ' ' : *name);
	printf("%*s", width > 0 ? width : 0, "");
}

static void print_row(const json_t *plan, const char *name, const json_t *counts)
{
	print_name(name);
	for (size_t i = 0; i < PLAN_HOWS; i++) {
		const json_t *n = json_object_get(counts, plan_hows[i]);
		int width = (int)strlen(plan_hows[i]) + 2;
		if (!plan_happens(plan, plan_hows[i]))
			continue;
		if (n != NULL)
			printf("%*lld", width, (long long)json_integer_value(n));
		else
			printf("%*s", width, "-");
	}
	putchar('\n');
}

static void print_plan(const struct job *job)
{
	json_t *plan = json_loads(job->plan, 0, NULL);

	print_name("");
	for (size_t i = 0; i < PLAN_HOWS; i++)
		if (plan_happens(plan, plan_hows[i]))
			printf("  %s", plan_hows[i]);
	putchar('\n');
	print_row(plan, "users", plan);
	for (size_t i = 0; i < PLAN_RESOURCES; i++)
		print_row(plan, plan_resources[i], plan_counts(plan, plan_resources[i]));
	json_decref(plan);
}

static void print_cell(const char *value, bool generated)
{
	if (value == NULL) {
		fputs(generated ? "(generated)" : "(empty)", stdout);
		return;
	}
	putchar('"');
	print_text(value);
	putchar('"');
}

static int print_change(void *ctx, const PGresult *res, struct err *e)
{
	(void)ctx;
	(void)e;
	/* Users who are absent from the file, or changed by an undo, have no row. */
	if (db_get(res, 0, "sheet_row") != NULL)
		printf("row %s, ", db_get(res, 0, "sheet_row"));
	print_text(db_get(res, 0, "user"));
	printf(": %s: ", db_get(res, 0, "column_name"));
	print_cell(db_get(res, 0, "old"), false);
	fputs(" -> ", stdout);
	print_cell(db_get(res, 0, "new"), db_get_bool(res, 0, "generated"));
	putchar('\n');
	return 0;
}

/* -------------------------------------------------------------------------- */

int summary_print(struct db *db, const struct principal *who, const struct job *job, struct err *e)
{
	struct arena *mem = arena_new();
	bool checked = strcmp(job->state, "checked") == 0;
	int rc = -1;

	print_end(job);
	if (checked)
		print_plan(job);
	if (account_begin(db, who, e) == 0 && db_query(db, "api_enter", ARGS(arg_long(job->rows)), NULL, e) == 0
	    && (!checked || db_each(db, "api_changes", ARGS(arg_long(job->id)), print_change, NULL, e) == 0)
	    && db_each(db, "api_issues", ARGS(arg_long(job->id), arg_text("error")), print_issue, mem, e) == 0
	    && db_each(db, "api_issues", ARGS(arg_long(job->id), arg_text("warning")), print_issue, mem, e) == 0)
		rc = db_commit(db, e);
	db_rollback(db);
	arena_free(mem);
	return rc;
}
