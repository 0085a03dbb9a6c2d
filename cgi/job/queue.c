/* The queue as the web sees it: find, list, wait.  Contract: job/queue.h. */
#include "job/queue.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/account.h"

/* The phases in their order, and how much of a job each is: shares of 100.
 * Checking and hashing are only those of files with plain passwords, which
 * take most of the time where there are many. */
static const struct {
	const char *name;
	long share;
} phases[] = {
	{ "reading", 20 },
	{ "checking", 5 },
	{ "hashing", 30 },
	{ "judging", 15 },
	{ "applying", 25 },
	{ "finishing", 5 },
};

static long percent(const char *state, const char *phase, long done, long total)
{
	long before = 0;

	if (strcmp(state, "running") != 0)
		return strcmp(state, "queued") == 0 ? 0 : 100;
	if (phase == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(phases) / sizeof(*phases); i++) {
		if (strcmp(phases[i].name, phase) == 0) {
			if (total <= 0 || done <= 0)
				return before;
			return before + (done >= total ? phases[i].share
			    : (long)((double)phases[i].share * (double)done / (double)total));
		}
		before += phases[i].share;
	}
	return 0;
}

/* Runs a query in the scope of `who`, in a transaction of its own. */
static int ask(struct db *db, const struct principal *who, const char *query, int n,
    const char *const *params, PGresult **res, struct err *e)
{
	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, query, n, params, res, e) != 0) {
		db_rollback(db);
		return -1;
	}
	if (db_commit(db, e) != 0) {
		PQclear(*res);
		*res = NULL;
		return -1;
	}
	return 0;
}

static void fill(struct job *j, const PGresult *res, int row, struct arena *mem)
{
	const char *seconds = db_get(res, row, "seconds");

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
		.raw = db_get_bool(res, row, "raw"),
		.unattended = db_get_bool(res, row, "unattended"),
	};
#undef TEXT
	j->percent = percent(j->state, j->phase, j->done, j->total);
}

int queue_find(struct db *db, const struct principal *who, long id,
    struct arena *mem, struct job *out, struct err *e)
{
	const char *const params[] = { arena_printf(mem, "%ld", id) };
	PGresult *res;
	int rc = 0;

	if (id <= 0 || id > INT_MAX)
		return err_set(e, ERR_NOT_FOUND, NULL, "there is no job %ld", id);
	if (ask(db, who, "job_find", 1, params, &res, e) != 0)
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
	const char *const params[] = { arena_printf(mem, "%ld", offset), arena_printf(mem, "%ld", limit) };
	PGresult *res = NULL, *count = NULL;
	int rc = -1;

	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, "job_count", 0, NULL, &count, e) != 0
	    || db_query(db, "job_list", 2, params, &res, e) != 0
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

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int has_ended(struct db *db, const struct principal *who, const char *id,
    bool *ended, struct err *e)
{
	PGresult *res;
	int rc = 0;

	if (ask(db, who, "job_ended", 1, &id, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		*ended = db_get_bool(res, 0, "ended");
	else
		rc = err_set(e, ERR_NOT_FOUND, NULL, "there is no job %s", id);
	PQclear(res);
	return rc;
}

/* Looks, and looks again at each notice of an ended job. */
static int follow(struct db *db, const struct principal *who, const char *id,
    long end, bool *ended, struct err *e)
{
	for (;;) {
		long left = end - now_ms();

		if (has_ended(db, who, id, ended, e) != 0)
			return -1;
		if (*ended || left <= 0)
			return 0;
		if (db_wait_notify(db, (int)left) < 0)
			return err_set(e, ERR_DB_LOST, "database", "the connection was lost");
	}
}

int queue_wait(struct db *db, const struct conf *conf, const struct principal *who,
    long id, long seconds, bool *ended, struct err *e)
{
	struct arena *mem = arena_new();
	const char *id_text = arena_printf(mem, "%ld", id);
	const char *slots = arena_printf(mem, "%ld", conf->wait_slots);
	const char *slot = NULL;
	PGresult *res = NULL;
	long end = now_ms();
	int rc = -1;

	*ended = false;
	if (seconds > 0 && conf->wait_slots > 0) {
		if (db_query(db, "job_wait_take", 1, &slots, &res, e) != 0)
			goto out;
		slot = db_get(res, 0, "slot");
	}
	if (slot != NULL) {
		end += seconds * 1000;
		/* Before the first look, so that no end is missed. */
		if (db_query(db, "job_listen", 0, NULL, NULL, e) != 0)
			goto out;
	}
	rc = follow(db, who, id_text, end, ended, e);
out:
	/* Where these fail the connection is gone, and with it what they undo. */
	if (slot != NULL) {
		db_query(db, "job_unlisten", 0, NULL, NULL, NULL);
		db_query(db, "job_wait_leave", 1, &slot, NULL, NULL);
	}
	PQclear(res);
	arena_free(mem);
	return rc;
}
