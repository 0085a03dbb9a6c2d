/* The audit.  Contract: audit.h. */
#include "auth/audit.h"

#include "auth/account.h"
#include "auth/session.h"

int audit_open(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, long *entry, struct err *e)
{
	const struct principal system = { .username = account_system_user() };
	PGresult *res;

	if (who == NULL)
		who = &system;
	if (db_query(db, "audit_add", ARGS(AUDIT_ARGS(who, address, action, detail)), &res, e) != 0)
		return -1;
	*entry = db_get_long(res, 0, "entry");
	PQclear(res);
	return 0;
}

int audit_add(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e)
{
	long entry;

	return audit_open(db, who, address, action, detail, &entry, e);
}

int audit_counted(struct db *db, long entry, long users, struct err *e)
{
	return db_query(db, "audit_counted", ARGS(arg_long(entry), arg_long(users)), NULL, e);
}

int audit_refused(struct db *db, const struct principal *who, const char *address,
    const char *request, const char *reason, struct err *e)
{
	return db_query(db, "audit_refused", ARGS(arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_id(who->admin_id), arg_id(who->tenant_id),
	    arg_text(address), arg_text(request), arg_text(reason)), NULL, e);
}

int audit_shown(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e)
{
	if (account_begin(db, who, e) != 0)
		return -1;
	if (audit_add(db, who, address, action, detail, e) == 0 && db_commit(db, e) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

/* --- reading ----------------------------------------------------------------- */

struct reading {
	audit_each *row;
	void *ctx;
	long total;
};

static int on_row(void *ctx, const PGresult *res, struct err *e)
{
	struct reading *r = ctx;
	const struct audit_row row = {
		.at = db_get(res, 0, "at"), .admin_name = db_get(res, 0, "admin_name"),
		.tenant_name = db_get(res, 0, "tenant_name"), .address = db_get(res, 0, "address"),
		.action = db_get(res, 0, "action"), .detail = db_get(res, 0, "detail"), .job = db_get(res, 0, "job"),
	};

	r->total = db_get_long(res, 0, "total");
	return r->row(r->ctx, &row, e);
}

int audit_read(struct db *db, const struct conf *conf, const char *token, const struct audit_filter *filter,
    long most, long before, long *total, audit_each *row, void *ctx, struct err *e)
{
	struct reading r = { .row = row, .ctx = ctx };
	char hash[DIGEST_SIZE];
	int rc = 0;

	if (digest_token(token, hash))
		rc = db_each(db, "session_audit", ARGS(SESSION_ARGS(hash, conf), arg_text(filter->who),
		    arg_text(filter->what), arg_text(filter->first_day), arg_text(filter->last_day),
		    most > 0 ? arg_long(most) : arg_null(), arg_long(before)), on_row, &r, e);
	if (total != NULL)
		*total = r.total;
	return rc;
}

int audit_actions(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char ***out, size_t *n, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*n = 0;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, "session_audit_actions", ARGS(SESSION_ARGS(hash, conf)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = arena_strdup(mem, db_get(res, (int)i, "action"));
	PQclear(res);
	return 0;
}
