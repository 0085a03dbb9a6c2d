/* Guessing is slowed down.  Contract: throttle.h. */
#include "auth/throttle.h"

int throttle_wait(struct db *db, const char *name, const char *address,
    long *seconds, struct err *e)
{
	const char *const params[] = { name, address != NULL ? address : "" };
	PGresult *res = NULL;

	if (db_query(db, "throttle_wait", 2, params, &res, e) != 0)
		return -1;
	*seconds = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}

int throttle_fail(struct db *db, const char *name, const char *address, struct err *e)
{
	const char *const params[] = { name, address != NULL ? address : "" };

	return db_query(db, "throttle_fail", 2, params, NULL, e);
}

int throttle_pass(struct db *db, const char *name, const char *address, bool *noted,
    struct err *e)
{
	const char *const params[] = { name, address != NULL ? address : "" };
	PGresult *res = NULL;

	if (db_query(db, "throttle_pass", 2, params, &res, e) != 0)
		return -1;
	*noted = db_get_bool(res, 0, "noted");
	PQclear(res);
	return 0;
}
