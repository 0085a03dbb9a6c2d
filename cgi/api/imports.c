/* /1.1/imports: the list of jobs, one job, its result; applying a checked job, cancelling
 * one that has not ended, deleting the files of one that has. */
#include <stdlib.h>
#include <string.h>

#include "api/result.h"
#include "api/routes.h"
#include "job/stored.h"
#include "users/kinds.h"

struct history {
	struct job *jobs;
	size_t n;
	long total;
};

static int write_jobs(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	const struct history *h = ctx;

	(void)a;
	buf_addf(&out->buf, "{\"total\":%ld,\"items\":[", h->total);
	for (size_t i = 0; i < h->n; i++) {
		if (i > 0)
			buf_addch(&out->buf, ',');
		result_job(out, &h->jobs[i]);
		if (emit_some(out, e) != 0)
			return -1;
	}
	buf_adds(&out->buf, "]}");
	return 0;
}

int api_imports(struct api *a, struct err *e)
{
	struct history h;
	long limit, offset;

	if (api_query_number(a, "limit", 0, 1000, 100, &limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &offset, e) != 0
	    || queue_list(a->db, a->who, offset, limit, a->mem, &h.jobs, &h.n, &h.total, e) != 0)
		return -1;
	return result_stream(a, 200, "application/json", write_jobs, &h, e);
}

static int find(struct api *a, struct job *job, struct err *e)
{
	return queue_find(a->db, a->who, route_id(&a->route), a->mem, job, e);
}

static int write_job(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	(void)a;
	(void)e;
	result_job(out, ctx);
	return 0;
}

int api_job(struct api *a, struct err *e)
{
	struct job job;

	if (find(a, &job, e) != 0)
		return -1;
	return result_stream(a, 200, "application/json", write_job, &job, e);
}

int api_job_result(struct api *a, struct err *e)
{
	struct job job;

	if (find(a, &job, e) != 0)
		return -1;
	return result_answer(a, &job, e);
}

/* --- apply, undo, cancel ---------------------------------------------------- */

static bool is(const struct job *job, const char *state)
{
	return strcmp(job->state, state) == 0;
}

/* Finds the job and checks the right: an account that may send such a file may also apply or cancel
 * it.  CALL_PASS, 0 if it has answered, or -1. */
static int find_to_decide(struct api *a, struct job *job, struct err *e)
{
	if (find(a, job, e) != 0)
		return -1;
	return kind_decides(a->who, job) ? CALL_PASS
	    : api_problem(a, 403, "The account lacks the right for this.");
}

/* Why the job cannot be applied; NULL if somebody has applied it before. */
static const char *why_not_applied(const struct job *job)
{
	if (!job->dry_run)
		return "it was sent to be applied, not to be checked (dry_run=1)";
	/* Somebody else may have applied it a moment ago, with another plan as the result. */
	if (job->applied_by != NULL || (is(job, "checked") && job->kept_as_sent))
		return NULL;
	if (is(job, "checked"))
		return "its upload is no longer kept as it was sent: send the file again";
	if (is(job, "cancelled"))
		return "it was cancelled: send the file again";
	return is(job, "failed") ? "its check found errors: correct the file and send it again"
	    : "its check has not ended: wait for its end";
}

/* Answers that the plan is not the one that was named, and shows it. */
static int answer_other(struct api *a, const struct job *job)
{
	return api_problem_with(a, 409, json_pack("{s:o}", "plan", json_loads(job->plan, 0, NULL)),
	    "%s; nothing was applied. The plan of the job is at /1.1/imports/%ld/result: "
	    "apply again where it is fine.",
	    job->plan_changed ? "The data changed since the check, and the plan with it"
	    : "The plan that is named is not that of the job", job->id);
}

int api_job_apply(struct api *a, struct err *e)
{
	const char *why;
	const char *plan = form_get(&a->query, "plan");
	struct job job;
	bool asked;
	int rc = find_to_decide(a, &job, e);

	if (rc != CALL_PASS)
		return rc;
	if (queue_apply(a->db, a->who, a->req->remote_addr, job.id, plan, &asked, e) != 0
	    || (!asked && find(a, &job, e) != 0))
		return -1;
	if (!asked && (why = why_not_applied(&job)) != NULL)
		return api_problem(a, 409, "Job %ld cannot be applied: %s.", job.id, why);
	if (!asked && plan != NULL && !is(&job, "checked") && strcmp(plan, job.plan_digest) != 0)
		return api_problem(a, 409, "Job %ld is being applied or was, with another plan than the one that is "
		    "named.", job.id);
	if (result_wait(a, job.id, &job, e) != 0)
		return -1;
	return is(&job, "checked") ? answer_other(a, &job) : result_answer(a, &job, e);
}

int api_job_undo(struct api *a, struct err *e)
{
	static const char *const flags[] = { "0", "1", NULL };
	struct job job;
	int dry_run, force;
	long id;

	if (api_query_choice(a, "dry_run", flags, &dry_run, e) != 0
	    || api_query_choice(a, "force", flags, &force, e) != 0 || find(a, &job, e) != 0)
		return -1;
	if (!kind_undo_allowed(a->who, job.kind, job.counts))
		return api_problem(a, 403, "The account lacks the right for this.");
	if (queue_undo(a->db, a->who, a->req->remote_addr, job.id, dry_run == 1, force == 1, &id, e) != 0)
		return -1;
	if (id == 0)
		return api_problem(a, 409, "Job %ld has changed nothing: there is nothing to undo.", job.id);
	return result_wait_answer(a, id, &job, e);
}

int api_job_cancel(struct api *a, struct err *e)
{
	struct job job;
	bool asked;
	int rc = find_to_decide(a, &job, e);

	if (rc != CALL_PASS)
		return rc;
	if (queue_cancel(a->db, a->who, a->req->remote_addr, job.id, &asked, e) != 0
	    || result_wait_seconds(a, job.id, QUEUE_CANCEL_SECONDS, &job, e) != 0)
		return -1;
	if (is(&job, "cancelled"))
		return result_stream(a, 200, "application/json", write_job, &job, e);
	if (is(&job, "done"))
		return api_problem(a, 409, "Job %ld can no longer be cancelled: it is done.", job.id);
	if (job.ended_at != NULL)
		return api_problem(a, 409, "Job %ld can no longer be cancelled: it has ended (%s), and nothing "
		    "was applied.", job.id, job.state);
	return result_answer(a, &job, e);
}

int api_job_files_delete(struct api *a, struct err *e)
{
	struct stored_choice choice = { .kinds = kinds_allowed(a->who, a->mem) };
	struct job job;
	long jobs, bytes;

	if (find(a, &job, e) != 0)
		return -1;
	if (!kind_allowed(a->who, job.kind))
		return api_problem(a, 403, "The account lacks the right for this.");
	choice.job = job.id;
	if (job.ended_at == NULL)
		return api_problem(a, 409, "Job %ld has not ended: wait for its end, or cancel it.", job.id);
	if (stored_delete(a->db, a->who, a->req->remote_addr, &choice, &jobs, &bytes, e) != 0)
		return -1;
	if (jobs == 0)
		return api_problem(a, 404, "No file of job %ld is stored.", job.id);
	a->res->status = 204;
	return 0;
}
