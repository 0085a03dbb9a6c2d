/* Masking old uploads and deleting old jobs.  Contract: retention.h. */
#include "users/retention.h"

#include <string.h>

#include "base/log.h"
#include "users/mask.h"
#include "users/reread.h"

/* Runs a query whose only parameter is the job. */
static int of_job(struct task *t, const char *query, struct err *e)
{
	return db_query(t->work, query, ARGS(arg_long(t->id)), NULL, e);
}

/* An old upload that is read again to be masked. */
struct reading {
	struct mask *mask;
	struct err *err;
	bool failed;	/* err is set */
};

static bool on_header(void *ctx, const struct header *h)
{
	struct reading *r = ctx;

	r->failed = mask_header(r->mask, h, r->err) != 0;
	return !r->failed;
}

static bool on_record(void *ctx, const struct header *h, const struct record *record)
{
	struct reading *r = ctx;

	r->failed = mask_record(r->mask, h, record, r->err) != 0;
	return !r->failed;
}

static int mask_old(struct task *t, enum reader_kind kind, struct err *e)
{
	struct reading r = { .mask = mask_new(), .err = e };
	const struct reread to = { .ctx = &r, .header = on_header, .record = on_record };
	bool whole;
	int rc = reread_upload(t, kind, &to, &whole, e);

	if (rc == 0 && !r.failed)
		rc = whole ? mask_store(r.mask, t, e) : of_job(t, "worker_upload_delete", e);
	mask_free(r.mask);
	return r.failed ? -1 : rc;
}

/* Masks one upload that is older than conf->retention_hours; deletes it if it has a masked copy
 * already or cannot be read.  Returns 1 if there was one, 0 if not, or -1: that upload is then
 * skipped until the others are done. */
static int mask_oldest(struct task *t, struct err *e)
{
	PGresult *res = NULL;
	int found = 0;
	int rc = 0;

	if (db_begin(t->work, "", false, e) != 0)
		return -1;
	if (db_query(t->work, "worker_stale", ARGS(arg_long(t->conf->retention_hours), arg_long(t->unmasked)),
	    &res, e) != 0)
		rc = -1;
	if (rc == 0 && PQntuples(res) == 1) {
		found = 1;
		t->id = db_get_long(res, 0, "id");
		t->tenant_id = db_get_long(res, 0, "tenant_id");
		t->bytes = db_get_long(res, 0, "bytes");
		t->options = db_get(res, 0, "options");	/* a mapping says which columns are secret */
		rc = db_get_bool(res, 0, "masked") ? of_job(t, "worker_upload_delete", e)
		    : mask_old(t, strcmp(db_get(res, 0, "kind"), "update") == 0
		    ? READER_UPDATE : READER_IMPORT, e);
		/* A check without its upload can no longer be applied. */
		if (rc == 0)
			rc = of_job(t, "worker_masked", e);
	}
	PQclear(res);
	if (rc == 0)
		rc = db_commit(t->work, e);
	else
		db_rollback(t->work);
	if (rc != 0 || found == 0)
		t->unmasked = found != 0 ? t->id : 0;
	return rc == 0 ? found : -1;
}

static int forget_oldest(struct task *t, struct err *e)
{
	PGresult *res;
	int found;

	if (t->conf->history_days == 0)
		return 0;
	if (db_query(t->work, "worker_forget", ARGS(arg_long(t->conf->history_days)), &res, e) != 0)
		return -1;
	found = PQntuples(res);
	PQclear(res);
	return found;
}

/* Deletes the oldest rows of the audit, some thousand at a time. */
static int forget_audit(struct task *t, struct err *e)
{
	PGresult *res;
	long n;

	if (t->conf->audit_days == 0)
		return 0;
	if (db_query(t->work, "worker_forget_audit", ARGS(arg_long(t->conf->audit_days)), &res, e) != 0)
		return -1;
	n = db_get_long(res, 0, "n");
	PQclear(res);
	return n > 0;
}

static int forget_secrets(struct task *t, struct err *e)
{
	PGresult *res;
	int found;

	if (db_query(t->work, "worker_forget_secrets", ARGS(arg_long(t->conf->undo_days)), &res, e) != 0)
		return -1;
	found = PQntuples(res) > 0;
	PQclear(res);
	return found;
}

int retention_step(struct task *t, struct err *e)
{
	struct err why = {0};
	int did = mask_oldest(t, &why);

	/* One upload that cannot be masked must not stop the others. */
	if (did < 0)
		log_err("an upload could not be masked", &why);
	if (did == 1 || t->unmasked != 0)
		return 1;
	did = forget_secrets(t, e);
	if (did == 0)
		did = forget_oldest(t, e);
	return did == 0 ? forget_audit(t, e) : did;
}
