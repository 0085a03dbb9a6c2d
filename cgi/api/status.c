/* /status and /metrics: whether the service works, for monitoring. */
#include <stdlib.h>

#include "api/routes.h"

struct state {
	bool database;
	long workers;
	long queued, running, done, failed, checked, cancelled;
	double oldest;		/* seconds since the oldest job that has not ended was stored */
};

/* Without a database all is zero but the fact that it is away. */
static void look(struct api *a, struct state *s)
{
	PGresult *res = NULL;

	*s = (struct state){0};
	if (db_ensure(a->db, NULL) != 0 || db_query(a->db, "api_state", NO_ARGS, &res, NULL) != 0)
		return;
	s->database = true;
	s->workers = db_get_long(res, 0, "workers");
	s->queued = db_get_long(res, 0, "queued");
	s->running = db_get_long(res, 0, "running");
	s->done = db_get_long(res, 0, "done");
	s->failed = db_get_long(res, 0, "failed");
	s->checked = db_get_long(res, 0, "checked");
	s->cancelled = db_get_long(res, 0, "cancelled");
	s->oldest = strtod(db_get(res, 0, "oldest_seconds"), NULL);
	PQclear(res);
}

int api_status(struct api *a, struct err *e)
{
	struct state s;
	bool well;

	(void)e;
	look(a, &s);
	well = s.database && s.workers > 0;
	if (!well)
		api_retry(a, 5);
	return api_json(a, well ? 200 : 503, json_pack("{s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:f}",
	    "status", well ? "ok" : "fail", "database", s.database ? "ok" : "fail",
	    "workers", (json_int_t)s.workers, "queued", (json_int_t)s.queued,
	    "running", (json_int_t)s.running, "done", (json_int_t)s.done,
	    "failed", (json_int_t)s.failed, "checked", (json_int_t)s.checked,
	    "cancelled", (json_int_t)s.cancelled, "oldest_seconds", s.oldest));
}

int api_metrics(struct api *a, struct err *e)
{
	struct buf *b = &a->res->body;
	struct state s;

	(void)e;
	look(a, &s);
	response_header(a->res, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	buf_addf(b, "# HELP rollcall_database_up Whether the database answers.\n"
	    "# TYPE rollcall_database_up gauge\nrollcall_database_up %d\n", s.database);
	buf_addf(b, "# HELP rollcall_workers Workers that are connected.\n"
	    "# TYPE rollcall_workers gauge\nrollcall_workers %ld\n", s.workers);
	buf_addf(b, "# HELP rollcall_jobs Jobs by state.\n# TYPE rollcall_jobs gauge\n"
	    "rollcall_jobs{state=\"queued\"} %ld\nrollcall_jobs{state=\"running\"} %ld\n"
	    "rollcall_jobs{state=\"done\"} %ld\nrollcall_jobs{state=\"failed\"} %ld\n"
	    "rollcall_jobs{state=\"checked\"} %ld\nrollcall_jobs{state=\"cancelled\"} %ld\n",
	    s.queued, s.running, s.done, s.failed, s.checked, s.cancelled);
	buf_addf(b, "# HELP rollcall_oldest_job_seconds Time since the oldest job that has not ended was queued.\n"
	    "# TYPE rollcall_oldest_job_seconds gauge\nrollcall_oldest_job_seconds %.3f\n", s.oldest);
	return 0;
}
