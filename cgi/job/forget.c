/* Old jobs are forgotten.  Contract: forget.h. */
#include "job/forget.h"

#include <stdio.h>

int job_forget(struct task *t, struct err *e)
{
	char days[24];
	const char *const params[] = { days };
	PGresult *res = NULL;
	int found;

	if (t->conf->history_days == 0)
		return 0;
	snprintf(days, sizeof(days), "%ld", t->conf->history_days);
	if (db_query(t->work, "worker_forget", 1, params, &res, e) != 0)
		return -1;
	found = PQntuples(res);
	PQclear(res);
	return found;
}
