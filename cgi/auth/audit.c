/* The audit.  Contract: audit.h. */
#include "auth/audit.h"

static struct db_arg id_or_null(long id)
{
	return id != 0 ? arg_long(id) : arg_null();
}

int audit_add(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e)
{
	static const struct principal nobody;

	if (who == NULL)
		who = &nobody;
	return db_query(db, "audit_add", ARGS(id_or_null(who->admin_id), arg_text(who->username),
	    id_or_null(who->tenant_id), arg_text(address), arg_text(action), arg_text(detail)), NULL, e);
}
