/* Waiting for the end of a job.  Contract: wait.h. */
#include "api/wait.h"

#include <string.h>
#include <strings.h>

#include "api/result.h"
#include "base/log.h"

/* The seconds to wait; *asked says whether the client said anything of it (RFC 7240). */
static long prefer_wait(struct api *a, bool *asked)
{
	const char *s = request_header(a->req, "prefer");
	long wait = -1;
	bool async = false;

	while (s != NULL && *s != '\0') {
		s += strspn(s, ", \t;");
		size_t n = strcspn(s, ",; \t");
		if (n == 13 && strncasecmp(s, "respond-async", n) == 0)
			async = true;
		else if (n > 5 && wait < 0 && strncasecmp(s, "wait=", 5) == 0)
			wait = form_number(arena_strndup(a->mem, s + 5, n - 5), 0, 999999999, -1);
		s += n;
	}
	*asked = async || wait >= 0;
	if (wait < 0)
		return async ? 0 : a->conf->api_wait;
	return wait < a->conf->api_wait ? wait : a->conf->api_wait;
}

int wait_seconds(struct api *a, long id, long seconds, struct job *out, struct err *e)
{
	struct err why = {0};
	bool ended;
	int rc;

	/* The job is stored.  Where waiting fails its state is still the right answer. */
	if (queue_wait(a->db, a->conf, a->who, id, seconds, &ended, &why) != 0) {
		log_err("waiting for a job", &why);
		db_ensure(a->db, NULL);
	}
	rc = queue_find(a->db, a->who, id, a->mem, out, e);
	if (rc == 0 || e->code != ERR_DB_LOST)
		return rc;
	/* Nor can it be looked at: 202 and its address are true all the same. */
	out->id = id;
	out->state = "queued";
	return 0;
}

int wait_preferred(struct api *a, long id, struct job *out, struct err *e)
{
	bool asked;
	long wait = prefer_wait(a, &asked);

	if (asked)
		response_header(a->res, "Preference-Applied",
		    wait == 0 ? "respond-async" : arena_printf(a->mem, "wait=%ld", wait));
	return wait_seconds(a, id, wait, out, e);
}

int wait_answer(struct api *a, long id, const struct job *known, struct err *e)
{
	struct job job = *known;

	if (wait_preferred(a, id, &job, e) != 0)
		return -1;
	if (result_answer(a, &job, e) == 0)
		return 0;
	if (e->code != ERR_DB_LOST || a->res->sent || response_restart(a->res) != 0)
		return -1;
	log_err("the result of a job", e);
	*e = (struct err){0};
	job = *known;
	job.id = id;
	job.state = "queued";
	return result_answer(a, &job, e);
}
