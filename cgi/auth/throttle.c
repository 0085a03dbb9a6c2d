/* Guessing is slowed down.  Contract: throttle.h. */
#include "auth/throttle.h"

static struct db_arg from(const char *address)
{
	return arg_text(address != NULL ? address : "");
}

int throttle_wait(struct db *db, const char *name, const char *address,
    long *seconds, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "throttle_wait", ARGS(arg_text(name), from(address)), &res, e) != 0)
		return -1;
	*seconds = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}

int throttle_fail(struct db *db, const char *name, const char *address, struct err *e)
{
	return db_query(db, "throttle_fail", ARGS(arg_text(name), from(address)), NULL, e);
}

int throttle_pass(struct db *db, const char *name, const char *address, bool *noted,
    struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "throttle_pass", ARGS(arg_text(name), from(address)), &res, e) != 0)
		return -1;
	*noted = db_get_bool(res, 0, "noted");
	PQclear(res);
	return 0;
}
