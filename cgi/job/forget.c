/* Old jobs are forgotten.  Contract: forget.h. */
#include "job/forget.h"

int job_forget(struct task *t, struct err *e)
{
	PGresult *res = NULL;
	int found;

	if (t->conf->history_days == 0)
		return 0;
	if (db_query(t->work, "worker_forget", ARGS(arg_long(t->conf->history_days)), &res, e) != 0)
		return -1;
	found = PQntuples(res);
	PQclear(res);
	return found;
}
