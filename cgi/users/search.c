/* What a search for users looks at.  Contract: search.h. */
#include "users/search.h"

int search_step(struct task *t, struct err *e)
{
	PGresult *res;

	if (db_query(t->work, "worker_search_refresh", NO_ARGS, &res, e) != 0)
		return -1;
	bool some = db_get_bool(res, 0, "some");
	PQclear(res);
	return some;
}
