/* The files of ended jobs.  Contract: kept.h. */
#include "job/kept.h"

#include "auth/account.h"
#include "job/sent.h"

int kept_find(struct kept_file *f, struct err *e)
{
	bool sent = false, masked = false;

	if (account_begin(f->db, f->who, e) != 0)
		return -1;
	if (sent_kept(f->db, f->conf, f->token, f->job, &sent, &masked, e) != 0
	    || db_commit(f->db, e) != 0) {
		db_rollback(f->db);
		return -1;
	}
	f->what = sent ? KEPT_SENT : masked ? KEPT_MASKED : KEPT_NOTHING;
	return 0;
}

/* What passes, counted: an upload that is masked in the middle must not look
 * like a short one. */
struct passing {
	bool (*feed)(void *ctx, const char *bytes, size_t n);
	void *ctx;
	long bytes;
	bool stopped;
};

static bool pass(void *ctx, const char *bytes, size_t n)
{
	struct passing *p = ctx;

	p->bytes += (long)n;
	p->stopped = !p->feed(p->ctx, bytes, n);
	return !p->stopped;
}

static int each_sent(const struct kept_file *f, struct passing *p, struct err *e)
{
	bool found;

	if (sent_each(f->db, f->conf, f->token, f->job, pass, p, &found, e) != 0)
		return -1;
	if (!p->stopped && p->bytes != f->bytes)
		return err_set(e, ERR_NOT_FOUND, NULL, "the upload is kept no longer");
	return 0;
}

static int masked_chunk(const struct kept_file *f, long seq, PGresult **res, struct err *e)
{
	return account_query(f->db, f->who, "kept_chunk", ARGS(arg_long(f->job), arg_long(seq)), res, e);
}

static int each_masked(const struct kept_file *f, struct passing *p, struct err *e)
{
	bool more = true;

	for (long seq = 0; more && !p->stopped; seq++) {
		PGresult *res = NULL;
		unsigned char *bytes = NULL;
		size_t n = 0;
		if (masked_chunk(f, seq, &res, e) != 0) {
			PQclear(res);
			return -1;
		}
		more = PQntuples(res) == 1;
		if (more)
			bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(res, 0, 0), &n);
		PQclear(res);
		if (more && bytes == NULL)
			return err_set(e, ERR_DB, "job_chunk", "a chunk of the upload cannot be read");
		if (more)
			pass(p, (const char *)bytes, n);
		PQfreemem(bytes);
	}
	return 0;
}

int kept_each(const struct kept_file *f, bool (*feed)(void *ctx, const char *bytes, size_t n),
    void *ctx, struct err *e)
{
	struct passing p = { .feed = feed, .ctx = ctx };

	return f->what == KEPT_SENT ? each_sent(f, &p, e) : each_masked(f, &p, e);
}
