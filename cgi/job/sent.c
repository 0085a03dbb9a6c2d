/* Uploads for those who sent them.  Contract: sent.h. */
#include "job/sent.h"

#include <string.h>

#include "auth/digest.h"
#include "auth/session.h"

struct ask {
	char hash[DIGEST_SIZE];
	const struct conf *conf;
	long job;
};

static bool ask_init(struct ask *a, const struct conf *conf, const char *token, long job)
{
	if (!digest_token(token, a->hash))
		return false;
	a->conf = conf;
	a->job = job;
	return true;
}

static int ask(struct db *db, const char *query, const struct ask *a, long n, PGresult **res,
    struct err *e)
{
	return db_query(db, query, ARGS(SESSION_ARGS(a->hash, a->conf), arg_long(a->job), arg_long(n)),
	    res, e);
}

/* Gives chunk n to `feed`; *more is false past the last one, or where it has
 * enough. */
static int give(struct db *db, const struct ask *a, long n,
    bool (*feed)(void *ctx, const char *bytes, size_t n), void *ctx, bool *found, bool *more,
    struct err *e)
{
	PGresult *res = NULL;
	int rc = 0;

	if (ask(db, "sent_chunk", a, n, &res, e) != 0)
		return -1;
	*more = PQntuples(res) == 1;
	if (*more) {
		size_t size;
		unsigned char *bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(res, 0, 0), &size);
		if (bytes != NULL)
			*more = feed(ctx, (const char *)bytes, size);
		else
			rc = err_set(e, ERR_DB, "job_chunk", "a chunk of the upload cannot be read");
		PQfreemem(bytes);
		*found = true;
	}
	PQclear(res);
	return rc;
}

int sent_each(struct db *db, const struct conf *conf, const char *token, long job,
    bool (*feed)(void *ctx, const char *bytes, size_t n), void *ctx, bool *found, struct err *e)
{
	struct ask a;
	bool more;

	*found = false;
	more = ask_init(&a, conf, token, job);
	for (long n = 0; more; n++)
		if (give(db, &a, n, feed, ctx, found, &more, e) != 0)
			return -1;
	return 0;
}

int sent_misencoded(struct db *db, const struct conf *conf, const char *token, long job,
    bool *is, struct err *e)
{
	PGresult *res = NULL;
	struct ask a;

	*is = false;
	if (!ask_init(&a, conf, token, job))
		return 0;
	if (ask(db, "sent_misencoded", &a, 0, &res, e) != 0)
		return -1;
	*is = PQntuples(res) == 1 && db_get_bool(res, 0, "misencoded");
	PQclear(res);
	return 0;
}

int sent_kept(struct db *db, const struct conf *conf, const char *token, long job,
    bool *sent, bool *masked, struct err *e)
{
	PGresult *res = NULL;
	struct ask a;

	*sent = *masked = false;
	if (!ask_init(&a, conf, token, job))
		return 0;
	if (ask(db, "sent_kept", &a, 0, &res, e) != 0)
		return -1;
	*sent = db_get_bool(res, 0, "sent");
	*masked = db_get_bool(res, 0, "masked");
	PQclear(res);
	return 0;
}
