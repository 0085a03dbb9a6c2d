/* What a job came to.  Contract: result.h. */
#include "api/result.h"

#include <string.h>

#include "auth/account.h"
#include "csv/issue.h"
#include "users/report.h"

/* --- streaming ------------------------------------------------------------ */

static int send(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct api *a = ctx;

	if (!a->res->sent && response_stream_begin(a->res, e) != 0)
		return -1;
	return response_stream(a->res, bytes, n, e);
}

int result_stream(struct api *a, int status, const char *type, result_writer *write,
    void *ctx, struct err *e)
{
	struct emit out = { .sink = send, .ctx = a };
	int rc;

	a->res->status = status;
	response_header(a->res, "Content-Type", type);
	rc = write(a, &out, ctx, e);
	/* Small enough to be sent with its length. */
	if (rc == 0 && !a->res->sent) {
		buf_reset(&a->res->body);
		response_body_add(a->res, buf_str(&out.buf), out.buf.len);
	} else if (rc == 0) {
		rc = emit_flush(&out, e);
	}
	buf_free(&out.buf);
	return rc;
}

/* --- a job ---------------------------------------------------------------- */

static void add_progress(struct buf *b, const struct job *job)
{
	buf_addf(b, ",\"progress\":{\"done\":%ld,\"total\":%ld,\"percent\":%ld,\"elapsed_seconds\":%.3f,"
	    "\"remaining_seconds\":", job->done, job->total, job->percent, job->seconds);
	if (job->remaining < 0)
		buf_adds(b, "null}");
	else
		buf_addf(b, "%.3f}", job->remaining);
}

/* What it would do where it is only checked, and who asked for what. */
static void add_check(struct emit *out, const struct job *job)
{
	struct buf *b = &out->buf;

	buf_addf(b, ",\"dry_run\":%s,\"plan\":%s,\"plan_digest\":", job->dry_run ? "true" : "false",
	    job->plan != NULL ? job->plan : "null");
	emit_text(out, job->plan_digest);
	buf_addf(b, ",\"plan_changed\":%s,\"applied_by\":", job->plan_changed ? "true" : "false");
	emit_text(out, job->applied_by);
	buf_adds(b, ",\"cancelled_by\":");
	emit_text(out, job->cancelled_by);
}

void result_job(struct emit *out, const struct job *job)
{
	struct buf *b = &out->buf;

	buf_addf(b, "{\"id\":%ld,\"kind\":\"%s\",\"state\":\"%s\",\"phase\":", job->id, job->kind, job->state);
	emit_text(out, job->phase);
	add_progress(b, job);
	add_check(out, job);
	buf_addf(b, ",\"attempt\":%ld,\"counts\":%s,\"created_at\":", job->attempt, job->counts);
	emit_text(out, job->created_at);
	buf_adds(b, ",\"started_at\":");
	emit_text(out, job->started_at);
	buf_adds(b, ",\"ended_at\":");
	emit_text(out, job->ended_at);
	buf_adds(b, ",\"file_name\":");
	emit_text(out, job->file_name);
	buf_addf(b, ",\"rows\":%ld,\"errors\":%ld,\"warnings\":%ld}", job->rows, job->errors, job->warnings);
}

int result_status(const struct job *job)
{
	if (strcmp(job->state, "done") == 0)
		return strcmp(job->kind, "update") == 0 ? 200 : 201;
	if (strcmp(job->state, "failed") == 0)
		return queue_gave_up(job) ? 500 : 400;
	if (strcmp(job->state, "checked") == 0)
		return 200;
	return strcmp(job->state, "cancelled") == 0 ? 409 : 202;
}

/* --- its rows and issues -------------------------------------------------- */

/* What the callbacks of the two lists share. */
struct list {
	struct emit *out;
	struct arena *mem;
	size_t n;
};

/* A row of the query is a JSON object already. */
static int add_object(void *ctx, const PGresult *res, struct err *e)
{
	struct list *l = ctx;

	if (l->n++ > 0)
		buf_addch(&l->out->buf, ',');
	buf_adds(&l->out->buf, db_get(res, 0, "object"));
	return emit_some(l->out, e);
}

static void add_number(struct buf *b, const char *name, long n)
{
	buf_addf(b, n > 0 ? "\"%s\":%ld," : "\"%s\":null,", name, n);
}

static int add_issue(void *ctx, const PGresult *res, struct err *e)
{
	struct list *l = ctx;
	struct buf *b = &l->out->buf, text = {0};
	const char *row = db_get(res, 0, "row"), *code = db_get(res, 0, "code");
	struct issue i;

	arena_reset(l->mem);
	report_read(&i, res, 0, l->mem);
	issue_write(&text, &i, NULL, NULL);
	buf_adds(b, l->n++ > 0 ? ",{\"message\":" : "{\"message\":");
	emit_text(l->out, buf_str(&text));
	buf_free(&text);
	buf_addf(b, ",\"timestamp\":%ld,\"code\":\"%s\",\"details\":{\"row_number\":%ld,",
	    db_get_long(res, 0, "timestamp"), code, i.row);
	add_number(b, "line", i.line);
	buf_adds(b, "\"column\":");
	emit_text(l->out, i.column);
	buf_adds(b, ",\"value\":");
	emit_text(l->out, i.value);
	buf_addf(b, ",\"row\":%s}}", row != NULL ? row : "{}");
	return emit_some(l->out, e);
}

static int add_change(void *ctx, const PGresult *res, struct err *e)
{
	struct list *l = ctx;
	struct buf *b = &l->out->buf;
	buf_addf(b, "%s{\"row_number\":%s,\"line\":%s,\"uuid\":\"%s\",\"user\":", l->n++ > 0 ? "," : "",
	    db_get(res, 0, "row_number"), db_get(res, 0, "line"), db_get(res, 0, "uuid"));
	emit_text(l->out, db_get(res, 0, "user"));
	buf_adds(b, ",\"column\":");
	emit_text(l->out, db_get(res, 0, "column_name"));
	buf_adds(b, ",\"old\":");
	emit_text(l->out, db_get(res, 0, "old"));
	buf_adds(b, ",\"new\":");
	emit_text(l->out, db_get(res, 0, "new"));
	buf_addf(b, ",\"generated\":%s}", db_get_bool(res, 0, "generated") ? "true" : "false");
	return emit_some(l->out, e);
}

static int add_list(struct db *db, const char *name, const char *query, const struct db_args *args,
    db_row *add, struct list *l, struct err *e)
{
	buf_addf(&l->out->buf, "\"%s\":[", name);
	l->n = 0;
	if (db_each(db, query, args, add, l, e) != 0)
		return -1;
	buf_addch(&l->out->buf, ']');
	return 0;
}

/* {"updated":[...],"unchanged":n, of an update's counts. */
static void add_unchanged(struct emit *out, const struct job *job)
{
	json_t *counts = json_loads(job->counts, 0, NULL);

	buf_addf(&out->buf, ",\"unchanged\":%lld",
	    (long long)json_integer_value(json_object_get(counts, "unchanged")));
	json_decref(counts);
}

/* The cells that a check would change; old values are data of users. */
static int add_changes(struct db *db, const struct principal *who, long job, struct list *l,
    struct err *e)
{
	if ((who->rights & RIGHT_USERS_READ) != 0)
		return add_list(db, "changes", "api_changes", ARGS(arg_long(job)), add_change, l, e);
	buf_adds(&l->out->buf, "\"changes\":[]");
	return 0;
}

static int write_lists(struct db *db, const struct principal *who, const struct job *job, struct list *l,
    struct err *e)
{
	struct buf *b = &l->out->buf;

	buf_addch(b, '{');
	if (result_status(job) == 400) {
		if (add_list(db, "errors", "api_issues", ARGS(arg_long(job->id), arg_text("error")),
		    add_issue, l, e) != 0)
			return -1;
	} else if (strcmp(job->state, "checked") == 0) {
		buf_addf(b, "\"plan\":%s,\"plan_digest\":\"%s\",", job->plan, job->plan_digest);
		if (add_changes(db, who, job->id, l, e) != 0)
			return -1;
	} else {
		bool update = strcmp(job->kind, "update") == 0;
		if (add_list(db, update ? "updated" : "created", "api_created",
		    ARGS(arg_long(job->id)), add_object, l, e) != 0)
			return -1;
		if (update)
			add_unchanged(l->out, job);
	}
	buf_addch(b, ',');
	if (add_list(db, "warnings", "api_issues", ARGS(arg_long(job->id), arg_text("warning")),
	    add_issue, l, e) != 0)
		return -1;
	buf_addch(b, '}');
	return 0;
}

int result_write(struct db *db, const struct principal *who, const struct job *job,
    struct emit *out, struct err *e)
{
	struct list l = { .out = out, .mem = arena_new() };
	int rc = -1;

	if (result_status(job) == 202) {
		result_job(out, job);
		rc = 0;
	} else if (account_begin(db, who, e) == 0) {
		if (db_query(db, "api_enter", ARGS(arg_long(job->rows)), NULL, e) == 0
		    && write_lists(db, who, job, &l, e) == 0)
			rc = db_commit(db, e);
		db_rollback(db);
	}
	arena_free(l.mem);
	return rc;
}

static int write_result(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	return result_write(a->db, a->who, ctx, out, e);
}

int result_answer(struct api *a, const struct job *job, struct err *e)
{
	const char *path = arena_printf(a->mem, "/1.1/imports/%ld", job->id);
	struct job copy = *job;
	int status = result_status(job);

	if (status == 500)
		return api_problem(a, 500, "Job %ld was given up after %ld attempts; nothing was applied. "
		    "Its log is on the page of the job.", job->id, job->attempt);
	if (status == 409)
		return api_problem(a, 409, "Job %ld was cancelled; nothing was applied.", job->id);
	if (status == 202) {
		response_header(a->res, "Location", path);
		api_retry(a, a->conf->follow_seconds);
	} else {
		response_header(a->res, "Content-Location", arena_printf(a->mem, "%s/result", path));
	}
	return result_stream(a, status, "application/json", write_result, &copy, e);
}
