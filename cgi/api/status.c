/* /status, /status/live, /status/ready and /metrics: the state of the service, for monitoring.
 * Values that are not known are left out.  /1.1/infos: the version and uuid of the installation. */
#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "auth/account.h"
#include "base/counter.h"

struct state {
	bool database;
	long workers;
	long waiting;		/* requests that wait for their job, of all hosts */
	long queued, running, done, failed, checked, cancelled;
	double oldest;		/* seconds since the oldest job that has not ended was stored */
};

/* Reads the state.  Without a database all numbers are zero. */
static void look(struct api *a, struct state *s)
{
	PGresult *res = NULL;

	*s = (struct state){0};
	if (db_ensure(a->db, NULL) != 0 || db_query(a->db, "api_state", NO_ARGS, &res, NULL) != 0)
		return;
	s->database = true;
	s->workers = db_get_long(res, 0, "workers");
	s->waiting = db_get_long(res, 0, "waiting");
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
	well = s.database && s.workers > 0 && s.oldest < (double)a->conf->status_seconds;
	if (!well)
		api_retry(a, 5);
	json_t *answer = json_pack("{s:s,s:s}", "status", well ? "ok" : "fail", "database", s.database ? "ok" : "fail");
	if (s.database)
		json_object_update_new(answer, json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:f}",
		    "workers", (json_int_t)s.workers, "queued", (json_int_t)s.queued,
		    "running", (json_int_t)s.running, "done", (json_int_t)s.done,
		    "failed", (json_int_t)s.failed, "checked", (json_int_t)s.checked,
		    "cancelled", (json_int_t)s.cancelled, "oldest_seconds", s.oldest));
	return api_json(a, well ? 200 : 503, answer);
}

int api_live(struct api *a, struct err *e)
{
	(void)e;
	return api_json(a, 200, json_pack("{s:s}", "status", "ok"));
}

int api_ready(struct api *a, struct err *e)
{
	/* Whether the database answers and has a schema of this program. */
	bool ready = db_ensure(a->db, NULL) == 0;

	(void)e;
	if (!ready)
		api_retry(a, 5);
	return api_json(a, ready ? 200 : 503, json_pack("{s:s}", "status", ready ? "ok" : "fail"));
}

/* --- for Prometheus ---------------------------------------------------------- */

static void describe(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_addf(b, "# HELP rollcall_%s %s\n# TYPE rollcall_%s %s\n", name, help, name, type);
}

static void write_state(struct buf *b, const struct state *s)
{
	describe(b, "workers", "gauge", "Workers that are connected.");
	buf_addf(b, "rollcall_workers %ld\n", s->workers);
	describe(b, "waiting_requests", "gauge", "Requests that wait for their job, of all hosts.");
	buf_addf(b, "rollcall_waiting_requests %ld\n", s->waiting);
	describe(b, "jobs", "gauge", "Jobs that are kept, by state.");
	buf_addf(b, "rollcall_jobs{state=\"queued\"} %ld\nrollcall_jobs{state=\"running\"} %ld\n"
	    "rollcall_jobs{state=\"done\"} %ld\nrollcall_jobs{state=\"failed\"} %ld\n"
	    "rollcall_jobs{state=\"checked\"} %ld\nrollcall_jobs{state=\"cancelled\"} %ld\n",
	    s->queued, s->running, s->done, s->failed, s->checked, s->cancelled);
	describe(b, "oldest_job_seconds", "gauge", "Time since the oldest job that has not ended was queued.");
	buf_addf(b, "rollcall_oldest_job_seconds %.3f\n", s->oldest);
}

/* The counters that the database keeps: table figure, in the order of their names. */
static const struct { const char *name, *help; } figures[] = {
	{ "job_attempts_failed", "Attempts that came to nothing, by reason." },
	{ "job_issues", "Errors and warnings of jobs that ended, by code." },
	{ "job_phase_seconds", "Seconds of jobs that ended, by phase; waiting is the time in the queue." },
	{ "jobs_ended", "Jobs that ended, by kind and state." },
};

static void write_figures(struct api *a, struct buf *b)
{
	PGresult *res = NULL;

	if (db_query(a->db, "figures", NO_ARGS, &res, NULL) != 0)
		return;
	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++) {
		buf_addf(b, "# HELP rollcall_%s_total %s\n# TYPE rollcall_%s_total counter\n", figures[i].name,
		    figures[i].help, figures[i].name);
		for (int row = 0; row < PQntuples(res); row++)
			if (strcmp(db_get(res, row, "name"), figures[i].name) == 0)
				buf_addf(b, "rollcall_%s_total{%s} %s\n", figures[i].name,
				    db_get(res, row, "labels"), db_get(res, row, "value"));
	}
	PQclear(res);
}

static void write_bytes(struct api *a, struct buf *b)
{
	PGresult *res = NULL;

	if (db_query(a->db, "figure_bytes", NO_ARGS, &res, NULL) != 0)
		return;
	describe(b, "kept_bytes", "gauge", "Bytes on the disk of the database, by what they keep.");
	for (int row = 0; row < PQntuples(res); row++)
		buf_addf(b, "rollcall_kept_bytes{kind=\"%s\"} %s\n", db_get(res, row, "kind"),
		    db_get(res, row, "bytes"));
	PQclear(res);
}

static void write_build(struct api *a, struct buf *b, bool database)
{
	PGresult *res = NULL;
	bool known = database && db_query(a->db, "figure_schema", NO_ARGS, &res, NULL) == 0;

	describe(b, "build_info", "gauge", "The program's version and the database's schema.");
	buf_addf(b, "rollcall_build_info{version=\"%s\"%s%s%s} 1\n", ROLLCALL_VERSION, known ? ",schema=\"" : "",
	    known ? db_get(res, 0, "version") : "", known ? "\"" : "");
	PQclear(res);
}

int api_metrics(struct api *a, struct err *e)
{
	struct buf *b = &a->res->body;
	struct state s;

	(void)e;
	look(a, &s);
	response_header(a->res, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
	write_build(a, b, s.database);
	describe(b, "database_up", "gauge", "Whether the database answers.");
	buf_addf(b, "rollcall_database_up %d\n", s.database);
	if (s.database) {
		write_state(b, &s);
		write_figures(a, b);
		write_bytes(a, b);
	}
	counter_write(b);
	return 0;
}

int api_infos(struct api *a, struct err *e)
{
	PGresult *res;
	const char *uuid;

	if (account_query(a->db, a->who, "api_installation", NO_ARGS, &res, e) != 0)
		return -1;
	uuid = arena_strdup(a->mem, db_get(res, 0, "uuid"));
	PQclear(res);
	return api_json(a, 200, json_pack("{s:s,s:s}", "uuid", uuid, "rollcall_version", ROLLCALL_VERSION));
}
