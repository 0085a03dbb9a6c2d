/* The result of a job as JSON.  Contract: result.h. */
#include "api/result.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "auth/account.h"
#include "base/json.h"
#include "base/log.h"
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
	/* A small answer is sent with its length. */
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

static double milliseconds(double seconds)
{
	return floor(seconds * 1000 + 0.5) / 1000;
}

static json_t *progress(const struct job *job)
{
	return json_pack("{s:I, s:I, s:I, s:f, s:o}", "done", (json_int_t)job->done,
	    "total", (json_int_t)job->total, "percent", (json_int_t)job->percent,
	    "elapsed_seconds", milliseconds(job->seconds),
	    "remaining_seconds", job->remaining < 0 ? json_null() : json_real(milliseconds(job->remaining)));
}

void result_job(struct emit *out, const struct job *job)
{
	json_add(&out->buf, json_pack("{s:I, s:s, s:s, s:s?, s:o, s:b, s:o, s:o, s:s?, s:b, s:s?, s:s?,"
	    " s:I, s:o, s:s?, s:s?, s:s?, s:s?, s:I, s:I, s:I, s:b, s:s?}",
	    "id", (json_int_t)job->id, "kind", job->kind, "state", job->state, "phase", job->phase,
	    "progress", progress(job), "dry_run", job->dry_run,
	    "options", json_parsed(job->options), "plan", json_parsed(job->plan),
	    "plan_digest", job->plan_digest, "plan_changed", job->plan_changed,
	    "applied_by", job->applied_by, "cancelled_by", job->cancelled_by,
	    "attempt", (json_int_t)job->attempt, "counts", json_parsed(job->counts),
	    "created_at", job->created_at, "started_at", job->started_at, "ended_at", job->ended_at,
	    "file_name", job->file_name, "rows", (json_int_t)job->rows,
	    "error_count", (json_int_t)job->errors, "warning_count", (json_int_t)job->warnings,
	    "files", job->files, "files_deleted_by", job->files_deleted_by));
}

int result_status(const struct job *job)
{
	if (strcmp(job->state, "done") == 0)
		return strcmp(job->kind, "import") == 0 ? 201 : 200;
	if (strcmp(job->state, "failed") == 0)
		return queue_gave_up(job) ? 500 : 400;
	if (strcmp(job->state, "checked") == 0)
		return 200;
	return strcmp(job->state, "cancelled") == 0 ? 409 : 202;
}

/* --- its rows and issues -------------------------------------------------- */

/* A JSON array being written from the rows of a query. */
struct array {
	struct emit *out;
	const struct principal *who;
	struct arena *mem;	/* for one row */
	size_t n;		/* items so far */
};

static void next_item(struct array *l)
{
	if (l->n++ > 0)
		buf_addch(&l->out->buf, ',');
}

/* A row of the query is a JSON object already. */
static int add_object(void *ctx, const PGresult *res, struct err *e)
{
	struct array *l = ctx;

	next_item(l);
	buf_adds(&l->out->buf, db_get(res, 0, "object"));
	return emit_some(l->out, e);
}

/* The proposed options for the names of the header, one on each line of a parameter; NULL for none. */
static json_t *proposals(const struct issue *i)
{
	json_t *list = NULL;

	for (size_t p = 0; p < ISSUE_PARAMS_MAX && i->params[p].name != NULL; p++) {
		const char *text = i->params[p].value;
		if (strcmp(i->params[p].name, "proposed") != 0 || text == NULL)
			continue;
		list = json_array();
		for (size_t n; *text != '\0'; text += n + (text[n] == '\n')) {
			n = strcspn(text, "\n");
			json_array_append_new(list, json_stringn(text, n));
		}
	}
	return list;
}

static int add_issue(void *ctx, const PGresult *res, struct err *e)
{
	struct array *l = ctx;
	const char *row = db_get(res, 0, "row");
	struct buf text = {0};
	struct issue i;

	arena_reset(l->mem);
	report_read(&i, res, 0, l->who, l->mem);
	issue_write(&text, &i, NULL, NULL);
	next_item(l);
	json_add(&l->out->buf, json_pack("{s:s, s:I, s:s, s:{s:I, s:o, s:s?, s:s*, s:s?, s:o*, s:o}}",
	    "message", buf_str(&text), "timestamp", (json_int_t)db_get_long(res, 0, "timestamp"),
	    "code", db_get(res, 0, "code"), "details", "row_number", (json_int_t)i.row,
	    "line", i.line > 0 ? json_integer(i.line) : json_null(), "column", i.column,
	    "source", i.source, "value", i.value, "proposals", proposals(&i),
	    "row", row != NULL ? json_parsed(row) : json_object()));
	buf_free(&text);
	return emit_some(l->out, e);
}

static int add_change(void *ctx, const PGresult *res, struct err *e)
{
	struct array *l = ctx;

	next_item(l);
	json_add(&l->out->buf, json_pack("{s:I, s:I, s:s?, s:s?, s:s?, s:s?, s:s?, s:b}",
	    "row_number", (json_int_t)db_get_long(res, 0, "row_number"),
	    "line", (json_int_t)db_get_long(res, 0, "line"), "uuid", db_get(res, 0, "uuid"),
	    "user", db_get(res, 0, "user"), "column", db_get(res, 0, "column_name"),
	    "old", db_get(res, 0, "old"), "new", db_get(res, 0, "new"),
	    "generated", db_get_bool(res, 0, "generated")));
	return emit_some(l->out, e);
}

static int add_list(struct db *db, const char *name, const char *query, const struct db_args *args,
    db_row *add, struct array *l, struct err *e)
{
	buf_addf(&l->out->buf, "\"%s\":[", name);
	l->n = 0;
	if (db_each(db, query, args, add, l, e) != 0)
		return -1;
	buf_addch(&l->out->buf, ']');
	return 0;
}

/* Adds what an update did with its users, and how many are unchanged. */
static int add_updated(struct db *db, const struct job *job, struct array *l, struct err *e)
{
	static const char *const lists[][2] = {
		{ "updated", "" }, { "created", "created" }, { "disabled", "disabled" }, { "deleted", "deleted" },
	};
	struct emit *out = l->out;
	json_t *counts;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		if (i > 0)
			buf_addch(&out->buf, ',');
		if (add_list(db, lists[i][0], "api_created", ARGS(arg_long(job->id), arg_text(lists[i][1])),
		    add_object, l, e) != 0)
			return -1;
	}
	counts = json_parsed(job->counts);

	buf_addf(&out->buf, ",\"unchanged\":%lld",
	    (long long)json_integer_value(json_object_get(counts, "unchanged")));
	json_decref(counts);
	return 0;
}

/* Adds the cells that a check would change; empty without the right users.read, as old values are
 * data of users. */
static int add_changes(struct db *db, const struct principal *who, long job, struct array *l,
    struct err *e)
{
	if ((who->rights & RIGHT_USERS_READ) != 0)
		return add_list(db, "changes", "api_changes", ARGS(arg_long(job)), add_change, l, e);
	buf_adds(&l->out->buf, "\"changes\":[]");
	return 0;
}

static int write_lists(struct db *db, const struct principal *who, const struct job *job, struct array *l,
    struct err *e)
{
	struct buf *b = &l->out->buf;
	size_t errors = 0;

	buf_addch(b, '{');
	if (result_status(job) == 400) {
		if (add_list(db, "errors", "api_issues", ARGS(arg_long(job->id), arg_text("error")),
		    add_issue, l, e) != 0)
			return -1;
		errors = l->n;
	} else if (strcmp(job->state, "checked") == 0) {
		buf_adds(b, "\"plan\":");
		json_add(b, json_parsed(job->plan));
		buf_adds(b, ",\"plan_digest\":");
		json_add(b, json_string(job->plan_digest));
		buf_addch(b, ',');
		if (add_changes(db, who, job->id, l, e) != 0)
			return -1;
	} else if (strcmp(job->kind, "update") == 0) {
		if (add_updated(db, job, l, e) != 0)
			return -1;
	} else {
		if (add_list(db, "created", "api_created", ARGS(arg_long(job->id), arg_text("")), add_object, l,
		    e) != 0)
			return -1;
		/* An undo or a deletion has no rows of a file, but counts. */
		if (strcmp(job->kind, "import") != 0) {
			buf_adds(b, ",\"counts\":");
			json_add(b, json_parsed(job->counts));
		}
	}
	buf_addch(b, ',');
	if (add_list(db, "warnings", "api_issues", ARGS(arg_long(job->id), arg_text("warning")),
	    add_issue, l, e) != 0)
		return -1;
	/* Issues beyond max_issues are only counted. */
	long unlisted = job->errors + job->warnings - (long)(errors + l->n);
	if (unlisted > 0)
		buf_addf(b, ",\"unlisted\":%ld", unlisted);
	buf_addch(b, '}');
	return 0;
}

int result_write(struct db *db, const struct principal *who, const struct job *job,
    struct emit *out, struct err *e)
{
	struct array l = { .out = out, .who = who, .mem = arena_new() };
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

/* --- waiting for it ------------------------------------------------------- */

/* The seconds to wait.  *asked: the client has sent a preference (RFC 7240). */
static long prefer_wait(struct api *a, bool *asked)
{
	const char *s = request_header(a->req, "prefer");
	long wait = -1;
	bool async = false;

	while (s != NULL && *s != '\0') {
		s += strspn(s, ", \t;");
		size_t n = strcspn(s, ",; \t");
		if (n == 13 && strncasecmp(s, "respond-async", n) == 0)
			async = true;
		else if (n > 5 && wait < 0 && strncasecmp(s, "wait=", 5) == 0)
			wait = form_number(arena_strndup(a->mem, s + 5, n - 5), 0, 999999999, -1);
		s += n;
	}
	*asked = async || wait >= 0;
	if (wait < 0)
		return async ? 0 : a->conf->api_wait;
	return wait < a->conf->api_wait ? wait : a->conf->api_wait;
}

int result_wait_seconds(struct api *a, long id, long seconds, struct job *out, struct err *e)
{
	struct err why = {0};
	bool ended;
	int rc;

	/* The job is stored: if waiting fails, its state is still a correct answer. */
	if (queue_wait(a->db, a->conf, a->who, id, seconds, &ended, &why) != 0) {
		log_err("waiting for a job", &why);
		db_ensure(a->db, NULL);
	}
	rc = queue_find(a->db, a->who, id, a->mem, out, e);
	if (rc == 0 || e->code != ERR_DB_LOST)
		return rc;
	/* The job cannot be read either: 202 and its address are still correct. */
	out->id = id;
	out->state = "queued";
	return 0;
}

int result_wait(struct api *a, long id, struct job *out, struct err *e)
{
	bool asked;
	long wait = prefer_wait(a, &asked);

	if (asked)
		response_header(a->res, "Preference-Applied",
		    wait == 0 ? "respond-async" : arena_printf(a->mem, "wait=%ld", wait));
	return result_wait_seconds(a, id, wait, out, e);
}

int result_wait_answer(struct api *a, long id, const struct job *known, struct err *e)
{
	struct job job = *known;

	if (result_wait(a, id, &job, e) != 0)
		return -1;
	if (result_answer(a, &job, e) == 0)
		return 0;
	if (e->code != ERR_DB_LOST || a->res->sent || response_restart(a->res) != 0)
		return -1;
	log_err("the result of a job", e);
	*e = (struct err){0};
	job = *known;
	job.id = id;
	job.state = "queued";
	return result_answer(a, &job, e);
}
