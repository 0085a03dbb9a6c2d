/* Reading and deleting stored uploads.  Contract: stored.h. */
#include "job/stored.h"

#include <jansson.h>
#include <stdlib.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "auth/digest.h"
#include "auth/session.h"

/* The state of a reading. */
struct reading {
	stored_piece *piece;
	void *ctx;
	bool stopped;		/* by `piece` */
	long bytes;
};

/* Passes the chunk of a query's result to `piece` and clears `res`.  *more is false if there was
 * no chunk, and after a stop. */
static int give(struct reading *r, PGresult *res, bool *more, struct err *e)
{
	unsigned char *bytes = NULL;
	size_t n = 0;
	bool found = PQntuples(res) == 1;

	*more = false;
	if (found)
		bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(res, 0, 0), &n);
	PQclear(res);
	if (!found)
		return 0;
	if (bytes == NULL)
		return err_set(e, ERR_DB, "job_chunk", "a chunk of the upload cannot be read");
	r->bytes += (long)n;
	*more = r->piece(r->ctx, (const char *)bytes, n);
	r->stopped = !*more;
	PQfreemem(bytes);
	return 0;
}

int stored_each_of_task(struct task *t, stored_piece *piece, void *ctx, struct err *e)
{
	struct reading r = { .piece = piece, .ctx = ctx };
	bool more = true;

	for (long seq = 0; more && r.bytes < t->bytes; seq++) {
		PGresult *res;
		if (db_query(t->watch, "worker_chunk", ARGS(arg_long(t->id), arg_long(seq)), &res, e) != 0
		    || give(&r, res, &more, e) != 0)
			return -1;
	}
	return 0;
}

int stored_find(struct stored_file *f, struct err *e)
{
	char hash[DIGEST_SIZE];
	bool session = digest_token(f->token, hash);
	PGresult *res;

	if (account_query(f->db, f->who, "stored_find", ARGS(session ? arg_bytes(hash, DIGEST_SIZE) : arg_null(),
	    arg_long(f->conf->session_idle), arg_long(f->conf->session_lifetime), arg_long(f->job)),
	    &res, e) != 0)
		return -1;
	f->as = db_get_bool(res, 0, "sent") ? STORED_AS_SENT
	    : db_get_bool(res, 0, "masked") ? STORED_MASKED : STORED_NOT;
	f->misencoded = f->as == STORED_AS_SENT && db_get_bool(res, 0, "misencoded");
	f->bytes = db_get_long(res, 0, "bytes");
	PQclear(res);
	return 0;
}

static int ask_chunk(const struct stored_file *f, long seq, PGresult **res, struct err *e)
{
	char hash[DIGEST_SIZE];

	if (f->as == STORED_MASKED)
		return account_query(f->db, f->who, "stored_masked", ARGS(arg_long(f->job), arg_long(seq)), res, e);
	if (!digest_token(f->token, hash))
		return err_set(e, ERR_NOT_FOUND, NULL, "the upload is no longer kept");
	return db_query(f->db, "stored_sent", ARGS(SESSION_ARGS(hash, f->conf), arg_long(f->job), arg_long(seq)),
	    res, e);
}

/* Whether the masked copy is still there. */
static bool is_masked(const struct stored_file *f, struct err *e)
{
	PGresult *res;
	bool found;

	if (ask_chunk(f, 0, &res, e) != 0)
		return false;
	found = PQntuples(res) == 1;
	PQclear(res);
	return found;
}

int stored_each(const struct stored_file *f, stored_piece *piece, void *ctx, struct err *e)
{
	struct reading r = { .piece = piece, .ctx = ctx };
	bool more = true;

	for (long seq = 0; more; seq++) {
		PGresult *res;
		if (ask_chunk(f, seq, &res, e) != 0 || give(&r, res, &more, e) != 0)
			return -1;
	}
	/* If the file was masked or deleted while it was read, the result must not look like a shorter file. */
	if (!r.stopped && !(f->as == STORED_AS_SENT ? r.bytes == f->bytes : is_masked(f, e)))
		return err_set(e, ERR_NOT_FOUND, NULL, "the upload is no longer kept");
	return 0;
}

/* --- deleting --------------------------------------------------------------- */

/* The parameters that say which jobs. */
#define CHOICE_ARGS(choice) arg_text((choice)->kinds), arg_long((choice)->job), arg_long((choice)->older_than)

int stored_count(struct db *db, const struct principal *who, const struct stored_choice *choice,
    long *jobs, long *bytes, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "stored_count", ARGS(CHOICE_ARGS(choice)), &res, e) != 0)
		return -1;
	*jobs = db_get_long(res, 0, "jobs");
	*bytes = db_get_long(res, 0, "bytes");
	PQclear(res);
	return 0;
}

/* Writes the deletion to the audit: which job or of what age, how many, and how much. */
static int audit_deleted(struct db *db, const struct principal *who, const char *address,
    const struct stored_choice *choice, long jobs, long bytes, struct err *e)
{
	json_t *detail = json_pack("{s:I, s:I}", "jobs", (json_int_t)jobs, "bytes", (json_int_t)bytes);

	if (choice->job != 0)
		json_object_set_new(detail, "job", json_integer(choice->job));
	if (choice->older_than != 0)
		json_object_set_new(detail, "older_than_days", json_integer(choice->older_than));
	char *text = json_dumps(detail, JSON_COMPACT);
	int rc = audit_add(db, who, address, "job.files_deleted", text, e);
	free(text);
	json_decref(detail);
	return rc;
}

int stored_delete(struct db *db, const struct principal *who, const char *address,
    const struct stored_choice *choice, long *jobs, long *bytes, struct err *e)
{
	PGresult *res = NULL;
	int rc = -1;

	if (account_begin(db, who, e) != 0)
		return -1;
	if (db_query(db, "stored_delete", ARGS(CHOICE_ARGS(choice), arg_text(who->username)),
	    &res, e) == 0) {
		*jobs = db_get_long(res, 0, "jobs");
		*bytes = db_get_long(res, 0, "bytes");
		if ((*jobs == 0 || audit_deleted(db, who, address, choice, *jobs, *bytes, e) == 0)
		    && db_commit(db, e) == 0)
			rc = 0;
	}
	if (rc != 0)
		db_rollback(db);
	PQclear(res);
	return rc;
}
