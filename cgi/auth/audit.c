/* The audit.  Contract: audit.h. */
#include "auth/audit.h"

#include "auth/account.h"

static struct db_arg id_or_null(long id)
{
	return id != 0 ? arg_long(id) : arg_null();
}

int audit_add(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e)
{
	const struct principal system = { .username = account_system_user() };

	if (who == NULL)
		who = &system;
	return db_query(db, "audit_add", ARGS(arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), id_or_null(who->admin_id), arg_text(who->username),
	    id_or_null(who->tenant_id), arg_text(address), arg_text(action), arg_text(detail)), NULL, e);
}

int audit_refused(struct db *db, const struct principal *who, const char *address,
    const char *request, const char *reason, struct err *e)
{
	return db_query(db, "audit_refused", ARGS(arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), id_or_null(who->admin_id), id_or_null(who->tenant_id),
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
