/* The queue: reading jobs, asking for changes, waiting.  Contract: queue.h. */
#include "job/queue.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/process.h"
#include "http/fcgi.h"

/* The pause between two looks at a job that is waited for.  Usually a notice comes first. */
#define LOOK_MS 1000

static void fill(struct job *j, const PGresult *res, int row, struct arena *mem)
{
	const char *seconds = db_get(res, row, "seconds"), *remaining = db_get(res, row, "remaining");
	double left = remaining != NULL ? strtod(remaining, NULL) : -1;

#define TEXT(column) arena_strdup(mem, db_get(res, row, column))
	*j = (struct job){
		.id = db_get_long(res, row, "id"),
		.tenant_id = db_get_long(res, row, "tenant_id"),
		.tenant_name = TEXT("tenant_name"),
		.admin_name = TEXT("admin_name"),
		.kind = TEXT("kind"),
		.file_name = TEXT("file_name"),
		.state = TEXT("state"),
		.phase = TEXT("phase"),
		.bytes = db_get_long(res, row, "bytes"),
		.done = db_get_long(res, row, "done"),
		.total = db_get_long(res, row, "total"),
		.percent = db_get_long(res, row, "percent"),
		.ahead = db_get_long(res, row, "ahead"),
		.attempt = db_get_long(res, row, "attempt"),
		.rows = db_get_long(res, row, "rows"),
		.errors = db_get_long(res, row, "errors"),
		.warnings = db_get_long(res, row, "warnings"),
		.counts = TEXT("counts"),
		.created_at = TEXT("created_at"),
		.started_at = TEXT("started_at"),
		.ended_at = TEXT("ended_at"),
		.seconds = seconds != NULL ? strtod(seconds, NULL) : 0,
		.remaining = remaining != NULL && left < 0 ? 0 : left,
		.raw = db_get_bool(res, row, "raw"),
		.dry_run = db_get_bool(res, row, "dry_run"),
		.options = TEXT("options"),
		.applied_by = TEXT("applied_by"),
		.cancelled_by = TEXT("cancelled_by"),
		.plan = TEXT("plan"),
		.plan_digest = TEXT("plan_digest"),
		.plan_changed = db_get_bool(res, row, "plan_changed"),
		.kept_as_sent = db_get_bool(res, row, "kept_as_sent"),
		.files = db_get_bool(res, row, "files"),
		.files_deleted_by = TEXT("files_deleted_by"),
		.undoes = db_get_long(res, row, "undoes"),
		.undoes_kind = TEXT("undoes_kind"),
		.undoes_counts = TEXT("undoes_counts"),
		.undone_by = db_get_long(res, row, "undone_by"),
		.unattended = db_get_bool(res, row, "unattended"),
	};
#undef TEXT
}

int queue_find(struct db *db, const struct principal *who, long id,
    struct arena *mem, struct job *out, struct err *e)
{
	PGresult *res;
	int rc = 0;

	if (id <= 0 || id > INT_MAX)
		return err_set(e, ERR_NOT_FOUND, NULL, "there is no job %ld", id);
	if (account_query(db, who, "job_find", ARGS(arg_long(id)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		fill(out, res, 0, mem);
	else
		rc = err_set(e, ERR_NOT_FOUND, NULL, "there is no job %ld", id);
	PQclear(res);
	return rc;
}

int queue_list(struct db *db, const struct principal *who, long offset,
    long limit, struct arena *mem, struct job **out, size_t *n, long *total,
    struct err *e)
{
	PGresult *res = NULL, *count = NULL;
	int rc = -1;

	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, "job_count", NO_ARGS, &count, e) != 0
	    || db_query(db, "job_list", ARGS(arg_long(offset), arg_long(limit)), &res, e) != 0
	    || db_commit(db, e) != 0)
		goto out;
	*total = db_get_long(count, 0, "total");
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		fill(&(*out)[i], res, (int)i, mem);
	rc = 0;
out:
	PQclear(res);
	PQclear(count);
	db_rollback(db);
	return rc;
}

bool queue_gave_up(const struct job *j)
{
	return strcmp(j->state, "failed") == 0 && j->errors == 0;
}

/* Runs a query that changes a job, and writes it to the audit unless the database refused.
 * *answer is the id that the query returns, 0 if it refused. */
static int request(struct db *db, const struct principal *who, const char *address, long id,
    const char *query, const struct db_args *args, const char *action, long *answer, struct err *e)
{
	char detail[48];
	PGresult *res = NULL;
	struct job job;
	struct arena *mem = arena_new();
	int rc = -1;

	*answer = 0;
	snprintf(detail, sizeof(detail), "{\"job\": %ld}", id);
	/* ERR_NOT_FOUND if there is no such job. */
	if (queue_find(db, who, id, mem, &job, e) != 0)
		goto out;
	if (account_begin(db, who, e) != 0)
		goto out;
	if (db_query(db, query, args, &res, e) != 0)
		goto out;
	*answer = PQntuples(res) == 1 ? db_get_long(res, 0, "id") : 0;
	if ((*answer != 0 && audit_add(db, who, address, action, detail, e) != 0) || db_commit(db, e) != 0)
		goto out;
	rc = 0;
out:
	db_rollback(db);
	PQclear(res);
	arena_free(mem);
	return rc;
}

int queue_cancel(struct db *db, const struct principal *who, const char *address, long id,
    bool *asked, struct err *e)
{
	long answer;
	int rc = request(db, who, address, id, "job_cancel", ARGS(arg_long(id), arg_text(who->username)),
	    "job.cancel", &answer, e);

	*asked = answer != 0;
	return rc;
}

int queue_apply(struct db *db, const struct principal *who, const char *address, long id,
    const char *plan, bool *asked, struct err *e)
{
	long answer;
	int rc = request(db, who, address, id, "job_apply", ARGS(arg_long(id), arg_text(who->username),
	    arg_text(plan)), "job.apply", &answer, e);

	*asked = answer != 0;
	return rc;
}

int queue_undo(struct db *db, const struct principal *who, const char *address, long id,
    bool dry_run, bool force, long *made, struct err *e)
{
	return request(db, who, address, id, "job_undo", ARGS(arg_long(id), arg_long(who->admin_id),
	    arg_text(who->username), arg_bool(dry_run), arg_text(force ? "{\"force\":\"1\"}" : "{}"),
	    arg_bool((who->rights & RIGHT_USERS_SECRETS) != 0)),
	    "job.undo", made, e);
}

static int has_ended(struct db *db, const struct principal *who, long id, bool *ended, struct err *e)
{
	PGresult *res;
	int rc = 0;

	if (account_query(db, who, "job_ended", ARGS(arg_long(id)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		*ended = db_get_bool(res, 0, "ended");
	else
		rc = err_set(e, ERR_NOT_FOUND, NULL, "there is no job %ld", id);
	PQclear(res);
	return rc;
}

/* Looks at the job until it has ended: at each notice of an ended job, and each LOOK_MS. */
static int follow(struct db *db, const struct principal *who, long id, int64_t end, bool *ended,
    struct err *e)
{
	for (;;) {
		int64_t left = end - clock_ms();

		if (has_ended(db, who, id, ended, e) != 0)
			return -1;
		/* A process that has to end answers at once. */
		if (*ended || left <= 0 || fcgi_stopping())
			return 0;
		/* The wait is short, as a signal that came just before it would not end it. */
		if (db_wait_notify(db, left < LOOK_MS ? (int)left : LOOK_MS) < 0)
			return err_set(e, ERR_DB_LOST, "database", "the connection was lost");
	}
}

int queue_wait(struct db *db, const struct conf *conf, const struct principal *who,
    long id, long seconds, bool *ended, struct err *e)
{
	const char *slot = NULL;
	PGresult *res = NULL;
	int64_t end = clock_ms();
	int rc = -1;

	*ended = false;
	if (seconds > 0 && conf->wait_slots > 0) {
		if (db_query(db, "job_wait_take", ARGS(arg_long(conf->wait_slots),
		    arg_text(process_host())), &res, e) != 0)
			goto out;
		slot = db_get(res, 0, "slot");
	}
	if (slot != NULL) {
		end += seconds * 1000;
		/* LISTEN before the first look, so that no end is missed. */
		if (db_query(db, "job_listen", NO_ARGS, NULL, e) != 0)
			goto out;
	}
	rc = follow(db, who, id, end, ended, e);
out:
	/* If these fail, the connection is lost, and with it the lock and the LISTEN. */
	if (slot != NULL) {
		db_query_all(db, CALLS({ "job_unlisten", NO_ARGS, NULL },
		    { "job_wait_leave", ARGS(arg_text(slot)), NULL }), NULL);
	}
	PQclear(res);
	return rc;
}

/* --- news ------------------------------------------------------------------- */

int queue_news(struct db *db, const struct principal *who, bool tell, struct arena *mem,
    struct queue_news *out, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "job_news", ARGS(arg_long(who->admin_id), arg_bool(tell)), &res, e) != 0)
		return -1;
	*out = (struct queue_news){
		.under_way = db_get_long(res, 0, "under_way"),
		.ended = db_get_long(res, 0, "ended"),
		.id = db_get_long(res, 0, "id"),
		.file_name = arena_strdup(mem, db_get(res, 0, "file_name")),
		.state = arena_strdup(mem, db_get(res, 0, "state")),
	};
	PQclear(res);
	return 0;
}

void queue_seen(struct db *db, const struct principal *who, long id)
{
	struct err e = {0};

	if (account_query(db, who, "job_notice_seen", ARGS(arg_long(who->admin_id), arg_long(id)), NULL, &e) != 0)
		log_err("the notice of a job's end", &e);
}
