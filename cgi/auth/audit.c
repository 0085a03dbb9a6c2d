/* The audit.  Contract: audit.h. */
#include "auth/audit.h"

#include <stdio.h>

int audit_add(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *detail, struct err *e)
{
	char admin[24], tenant[24];

	if (who != NULL) {
		snprintf(admin, sizeof(admin), "%ld", who->admin_id);
		snprintf(tenant, sizeof(tenant), "%ld", who->tenant_id);
	}
	const char *const params[] = {
		who != NULL && who->admin_id != 0 ? admin : NULL,
		who != NULL ? who->username : NULL,
		who != NULL && who->tenant_id != 0 ? tenant : NULL,
		address, action, detail,
	};
	return db_query(db, "audit_add", 6, params, NULL, e);
}
