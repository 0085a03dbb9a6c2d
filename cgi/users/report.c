/* The report of a job, out of job_issue, job_row and job_log. */
#include "users/report.h"

#include <string.h>

#include <jansson.h>

#include "auth/account.h"

/* One slice of the rows of a query, and the total that `count` gives, in one
 * transaction in the scope of `who`.  The caller clears *res. */
static int ask(struct db *db, const struct principal *who, const char *count,
    const struct db_args *count_args, const char *rows, const struct db_args *row_args, long *total,
    PGresult **res, struct err *e)
{
	PGresult *counted = NULL, *got = NULL;
	int rc = -1;

	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, count, count_args, &counted, e) != 0
	    || db_query(db, rows, row_args, &got, e) != 0 || db_commit(db, e) != 0)
		goto out;
	*total = db_get_long(counted, 0, "total");
	*res = got;
	got = NULL;
	rc = 0;
out:
	PQclear(counted);
	PQclear(got);
	db_rollback(db);
	return rc;
}

/* The params of an issue: an object of texts, numbers or nulls. */
static void read_params(struct issue *i, const char *text, struct arena *mem)
{
	json_t *object = json_loads(text, 0, NULL);
	const char *name;
	json_t *value;
	size_t n = 0;

	json_object_foreach(object, name, value) {
		struct issue_param *p = &i->params[n];

		if (n == ISSUE_PARAMS_MAX)
			break;
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

void report_read(struct issue *i, const PGresult *res, int row, struct arena *mem)
{
	const char *params = db_get(res, row, "params");

	*i = (struct issue){
		.level = strcmp(db_get(res, row, "level"), "error") == 0 ? ISSUE_ERROR : ISSUE_WARNING,
		.key = arena_strdup(mem, db_get(res, row, "key")),
		.row = db_get_long(res, row, "row_number"),
		.line = db_get_long(res, row, "line"),
		.column = arena_strdup(mem, db_get(res, row, "column_name")),
		.value = arena_strdup(mem, db_get(res, row, "value")),
	};
	if (params != NULL)
		read_params(i, params, mem);
}

int report_issues(struct db *db, const struct principal *who, long job,
    const struct report_filter *f, struct arena *mem, struct issue **out,
    size_t *n, long *total, struct err *e)
{
	PGresult *res;

	if (ask(db, who, "report_issue_count", ARGS(arg_long(job), arg_text(f->level), arg_text(f->column)),
	    "report_issues", ARGS(arg_long(job), arg_text(f->level), arg_text(f->column),
	    arg_long(f->offset), arg_long(f->limit)), total, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		report_read(&(*out)[i], res, (int)i, mem);
	PQclear(res);
	return 0;
}

int report_issues_after(struct db *db, const struct principal *who, long job, long after,
    struct arena *mem, struct issue **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "import_issue_texts", ARGS(arg_long(job), arg_long(after)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		report_read(&(*out)[i], res, (int)i, mem);
	PQclear(res);
	return 0;
}

int report_marked(struct db *db, const struct principal *who, long job, bool *errors, bool *any,
    struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "report_marked", ARGS(arg_long(job)), &res, e) != 0)
		return -1;
	*errors = db_get_bool(res, 0, "errors");
	*any = db_get_bool(res, 0, "any_issue");
	PQclear(res);
	return 0;
}

int report_wrong_rows(struct db *db, const struct principal *who, long job,
    long *rows, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "report_wrong_rows", ARGS(arg_long(job)), &res, e) != 0)
		return -1;
	*rows = db_get_long(res, 0, "total");
	PQclear(res);
	return 0;
}

int report_columns(struct db *db, const struct principal *who, long job,
    struct arena *mem, const char ***out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "report_columns", ARGS(arg_long(job)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = arena_strdup(mem, db_get(res, (int)i, "column_name"));
	PQclear(res);
	return 0;
}

int report_users(struct db *db, const struct principal *who, long job,
    long offset, long limit, struct arena *mem, struct report_user **out,
    size_t *n, long *total, struct err *e)
{
	PGresult *res;

	if (ask(db, who, "report_user_count", ARGS(arg_long(job)), "report_users",
	    ARGS(arg_long(job), arg_long(offset), arg_long(limit)), total, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct report_user){
			.row = db_get_long(res, i, "row_number"),
			.uuid = arena_strdup(mem, db_get(res, i, "uuid")),
			.name = db_get_bool(res, i, "gone") ? NULL
			    : arena_strdup(mem, db_get(res, i, "name")),
			.exten = arena_strdup(mem, db_get(res, i, "exten")),
		};
	PQclear(res);
	return 0;
}

int report_changes(struct db *db, const struct principal *who, long job,
    long offset, long limit, struct arena *mem, struct report_change **out,
    size_t *n, long *total, struct err *e)
{
	PGresult *res;

	if (ask(db, who, "report_change_count", ARGS(arg_long(job)), "report_changes",
	    ARGS(arg_long(job), arg_long(offset), arg_long(limit)), total, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct report_change){
			.row = db_get_long(res, i, "row_number"),
			.uuid = arena_strdup(mem, db_get(res, i, "uuid")),
			.name = arena_strdup(mem, db_get(res, i, "name")),
			.column = arena_strdup(mem, db_get(res, i, "column_name")),
			.old = arena_strdup(mem, db_get(res, i, "old")),
			.new = arena_strdup(mem, db_get(res, i, "new")),
			.generated = db_get_bool(res, i, "generated"),
		};
	PQclear(res);
	return 0;
}

int report_log(struct db *db, const struct principal *who, long job,
    long offset, long limit, struct arena *mem, struct report_line **out,
    size_t *n, long *total, struct err *e)
{
	PGresult *res;

	if (ask(db, who, "report_log_count", ARGS(arg_long(job)), "report_log",
	    ARGS(arg_long(job), arg_long(offset), arg_long(limit)), total, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct report_line){
			.at = arena_strdup(mem, db_get(res, i, "at")),
			.event = arena_strdup(mem, db_get(res, i, "event")),
		};
	PQclear(res);
	return 0;
}
