/* Guessing is slowed down.  Contract: throttle.h. */
#include "auth/throttle.h"

int throttle_wait(struct db *db, const char *name, const char *address,
    long *seconds, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "throttle_wait", ARGS(arg_text(name),
	    arg_text(address != NULL ? address : "")), &res, e) != 0)
		return -1;
	*seconds = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}
