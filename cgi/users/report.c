/* The report of a job, from job_issue, job_row and job_log.  Contract: report.h. */
#include "users/report.h"

#include <string.h>

#include <jansson.h>

#include "auth/account.h"

/* Of a job that changed at most so many rows the cells are counted: some 30 microseconds a row. */
#define COUNTED_CHANGES 500

int report_ask(struct db *writer, const struct principal *who, const char *count,
    const struct db_args *count_args, const char *rows, const struct db_args *row_args,
    struct report_slice *s, PGresult **res, struct err *e)
{
	struct db *db = db_reader(writer);
	PGresult *counted = NULL;
	int rc = -1;

	*res = NULL;
	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, count, count_args, &counted, e) == 0
	    && db_query(db, rows, row_args, res, e) == 0 && db_commit(db, e) == 0) {
		s->total = db_get_long(counted, 0, "total");
		s->uncounted = PQfnumber(counted, "cells") >= 0 && !db_get_bool(counted, 0, "cells");
		s->n = (size_t)PQntuples(*res);
		rc = 0;
	}
	PQclear(counted);
	if (rc != 0) {
		PQclear(*res);
		db_rollback(db);
	}
	return rc;
}

static int ask(const struct report *r, const char *count, const struct db_args *count_args,
    const char *rows, const struct db_args *row_args, struct report_slice *s, PGresult **res, struct err *e)
{
	return report_ask(r->db, r->who, count, count_args, rows, row_args, s, res, e);
}

/* Reads the params of an issue: a JSON object of texts, numbers or nulls. */
static void read_params(struct issue *i, const char *text, bool holder, struct arena *mem)
{
	json_t *object = json_loads(text, 0, NULL);
	const char *name;
	json_t *value;
	size_t n = 0;

	json_object_foreach(object, name, value) {
		struct issue_param *p = &i->params[n];

		if (n == ISSUE_PARAMS_MAX)
			break;
		if (!holder && strcmp(name, "holder") == 0)
			continue;
		if (json_is_string(value))
			p->value = arena_strdup(mem, json_string_value(value));
		else if (json_is_integer(value))
			p->value = arena_printf(mem, "%lld", (long long)json_integer_value(value));
		else
			continue;
		p->name = arena_strdup(mem, name);
		n++;
	}
	json_decref(object);
}

void report_read(struct issue *i, const PGresult *res, int row, const struct principal *who,
    struct arena *mem)
{
	const char *params = db_get(res, row, "params");

	*i = (struct issue){
		.level = strcmp(db_get(res, row, "level"), "error") == 0 ? ISSUE_ERROR : ISSUE_WARNING,
		.key = arena_strdup(mem, db_get(res, row, "key")),
		.row = db_get_long(res, row, "row_number"),
		.sheet_row = db_get_long(res, row, "sheet_row"),
		.line = db_get_long(res, row, "line"),
		.column = arena_strdup(mem, db_get(res, row, "column_name")),
		.source = arena_strdup(mem, db_get(res, row, "source")),
		.value = arena_strdup(mem, db_get(res, row, "value")),
	};
	if (params != NULL)
		read_params(i, params, who == NULL || (who->rights & RIGHT_USERS_READ) != 0, mem);
}

static struct issue *read_issues(const struct report *r, const PGresult *res)
{
	int n = PQntuples(res);
	struct issue *issues = arena_alloc(r->mem, ((size_t)n + 1) * sizeof(*issues));

	for (int i = 0; i < n; i++)
		report_read(&issues[i], res, i, r->who, r->mem);
	return issues;
}

int report_issues(const struct report *r, const struct report_filter *f, struct report_slice *s,
    struct issue **out, struct err *e)
{
	const char *cause = f->cause > 0 ? arena_printf(r->mem, "%ld", f->cause) : NULL;
	bool names = (r->who->rights & RIGHT_USERS_READ) != 0;
	PGresult *res;

	if (ask(r, "report_issue_count",
	    ARGS(arg_long(r->job), arg_text(f->level), arg_text(f->column), arg_text(cause)), "report_issues",
	    ARGS(arg_long(r->job), arg_text(f->level), arg_text(f->column), arg_text(cause),
	    arg_long(s->offset), arg_long(s->limit), arg_bool(names)), s, &res, e) != 0)
		return -1;
	*out = arena_alloc(r->mem, (s->n + 1) * sizeof(**out));
	for (size_t i = 0; i < s->n; i++) {
		const char *name = db_get(res, (int)i, "name");
		report_read(&(*out)[i], res, (int)i, r->who, r->mem);
		(*out)[i].user = name != NULL && *name != '\0' ? arena_strdup(r->mem, name) : NULL;
	}
	PQclear(res);
	return 0;
}

int report_issues_after(const struct report *r, long after, struct issue **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(r->db, r->who, "import_issue_texts", ARGS(arg_long(r->job), arg_long(after)),
	    &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = read_issues(r, res);
	PQclear(res);
	return 0;
}

int report_marked(const struct report *r, bool *errors, bool *any, struct err *e)
{
	PGresult *res;

	if (account_query(r->db, r->who, "report_marked", ARGS(arg_long(r->job)), &res, e) != 0)
		return -1;
	*errors = db_get_bool(res, 0, "errors");
	*any = db_get_bool(res, 0, "any_issue");
	PQclear(res);
	return 0;
}

/* Reads the column `total` of a query. */
static int ask_total(const struct report *r, const char *query, const struct db_args *args, long *total,
    struct err *e)
{
	PGresult *res;

	if (account_query(r->db, r->who, query, args, &res, e) != 0)
		return -1;
	*total = db_get_long(res, 0, "total");
	PQclear(res);
	return 0;
}

int report_listed(const struct report *r, long *issues, struct err *e)
{
	return ask_total(r, "report_issue_count", ARGS(arg_long(r->job), arg_null(), arg_null(), arg_null()),
	    issues, e);
}

int report_wrong_rows(const struct report *r, long *rows, struct err *e)
{
	return ask_total(r, "report_wrong_rows", ARGS(arg_long(r->job)), rows, e);
}

int report_columns(const struct report *r, const char ***out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(r->db, r->who, "report_columns", ARGS(arg_long(r->job)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(r->mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = arena_strdup(r->mem, db_get(res, (int)i, "column_name"));
	PQclear(res);
	return 0;
}

/* Runs a pair of queries whose arguments are the job and the slice. */
static int ask_slice(const struct report *r, const char *count, const char *rows, struct report_slice *s,
    PGresult **res, struct err *e)
{
	return ask(r, count, ARGS(arg_long(r->job)), rows,
	    ARGS(arg_long(r->job), arg_long(s->offset), arg_long(s->limit)), s, res, e);
}

int report_causes(const struct report *r, struct report_slice *s, struct report_cause **out, struct err *e)
{
	PGresult *res;

	if (ask_slice(r, "report_cause_count", "report_causes", s, &res, e) != 0)
		return -1;
	*out = arena_alloc(r->mem, (s->n + 1) * sizeof(**out));
	for (int i = 0; i < (int)s->n; i++) {
		struct report_cause *c = &(*out)[i];
		report_read(&c->first, res, i, r->who, r->mem);
		c->n = db_get_long(res, i, "n");
		c->issues = db_get_long(res, i, "issues");
		c->rows = db_get_long(res, i, "rows");
		c->varied = db_get_bool(res, i, "varied");
	}
	PQclear(res);
	return 0;
}

int report_users(const struct report *r, struct report_slice *s, struct report_user **out, struct err *e)
{
	PGresult *res;

	if (ask_slice(r, "report_user_count", "report_users", s, &res, e) != 0)
		return -1;
	*out = arena_alloc(r->mem, (s->n + 1) * sizeof(**out));
	for (int i = 0; i < (int)s->n; i++)
		(*out)[i] = (struct report_user){
			.row = db_get(res, i, "sheet_row") != NULL ? db_get_long(res, i, "sheet_row") : 0,
			.uuid = arena_strdup(r->mem, db_get(res, i, "uuid")),
			.how = arena_strdup(r->mem, db_get(res, i, "how")),
			.name = db_get_bool(res, i, "unnamed") ? NULL
			    : arena_strdup(r->mem, db_get(res, i, "name")),
			.exten = arena_strdup(r->mem, db_get(res, i, "exten")),
		};
	PQclear(res);
	return 0;
}

int report_planned(const struct report *r, struct report_slice *s, struct report_planned **out, long *bare,
    struct err *e)
{
	PGresult *res;

	if (ask_total(r, "report_planned_bare", ARGS(arg_long(r->job)), bare, e) != 0
	    || ask_slice(r, "report_planned_count", "report_planned", s, &res, e) != 0)
		return -1;
	*out = arena_alloc(r->mem, (s->n + 1) * sizeof(**out));
	for (int i = 0; i < (int)s->n; i++)
		(*out)[i] = (struct report_planned){
			.row = db_get(res, i, "sheet_row") != NULL ? db_get_long(res, i, "sheet_row") : 0,
			.how = arena_strdup(r->mem, db_get(res, i, "how")),
			.uuid = arena_strdup(r->mem, db_get(res, i, "uuid")),
			.name = arena_strdup(r->mem, db_get(res, i, "name")),
			.exten = arena_strdup(r->mem, db_get(res, i, "exten")),
			.incalls = arena_strdup(r->mem, db_get(res, i, "incalls")),
			.username = arena_strdup(r->mem, db_get(res, i, "username")),
			.voicemail = arena_strdup(r->mem, db_get(res, i, "voicemail")),
		};
	PQclear(res);
	return 0;
}

int report_changes(const struct report *r, struct report_slice *s, struct report_change **out, struct err *e)
{
	struct db_arg secrets = arg_bool((r->who->rights & RIGHT_USERS_SECRETS) != 0);
	PGresult *res;

	if (ask(r, "report_change_count", ARGS(arg_long(r->job), secrets, arg_long(COUNTED_CHANGES)), "report_changes",
	    ARGS(arg_long(r->job), arg_long(s->offset), arg_long(s->limit), secrets, arg_long(COUNTED_CHANGES)),
	    s, &res, e) != 0)
		return -1;
	*out = arena_alloc(r->mem, (s->n + 1) * sizeof(**out));
	for (int i = 0; i < (int)s->n; i++)
		(*out)[i] = (struct report_change){
			.row = db_get_long(res, i, "sheet_row"),
			.uuid = arena_strdup(r->mem, db_get(res, i, "uuid")),
			.name = arena_strdup(r->mem, db_get(res, i, "name")),
			.column = arena_strdup(r->mem, db_get(res, i, "column_name")),
			.old = arena_strdup(r->mem, db_get(res, i, "old")),
			.new = arena_strdup(r->mem, db_get(res, i, "new")),
			.generated = db_get_bool(res, i, "generated"),
		};
	PQclear(res);
	return 0;
}

int report_log(const struct report *r, struct report_slice *s, struct report_line **out, struct err *e)
{
	PGresult *res;

	if (ask_slice(r, "report_log_count", "report_log", s, &res, e) != 0)
		return -1;
	*out = arena_alloc(r->mem, (s->n + 1) * sizeof(**out));
	for (int i = 0; i < (int)s->n; i++)
		(*out)[i] = (struct report_line){
			.at = arena_strdup(r->mem, db_get(res, i, "at")),
			.event = arena_strdup(r->mem, db_get(res, i, "event")),
		};
	PQclear(res);
	return 0;
}
