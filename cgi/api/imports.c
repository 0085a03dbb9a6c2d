/* GET /1.1/imports: the jobs, one of them, and what it came to. */
#include "api/result.h"

struct page {
	struct job *jobs;
	size_t n;
	long total;
};

static int write_jobs(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	const struct page *p = ctx;

	(void)a;
	buf_addf(&out->buf, "{\"total\":%ld,\"items\":[", p->total);
	for (size_t i = 0; i < p->n; i++) {
		if (i > 0)
			buf_addch(&out->buf, ',');
		result_job(out, &p->jobs[i]);
		if (emit_some(out, e) != 0)
			return -1;
	}
	buf_adds(&out->buf, "]}");
	return 0;
}

int api_imports(struct api *a, struct err *e)
{
	struct page page;
	long limit, offset;

	if (api_query_number(a, "limit", 0, 1000, 100, &limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &offset, e) != 0
	    || queue_list(a->db, a->who, offset, limit, a->mem, &page.jobs, &page.n, &page.total, e) != 0)
		return -1;
	return result_stream(a, 200, "application/json", write_jobs, &page, e);
}

static int find(struct api *a, struct job *job, struct err *e)
{
	return queue_find(a->db, a->who, form_number(api_param(a, "id"), 1, 999999999, 0), a->mem, job, e);
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
