/* The bytes of a stored upload.  Contract: chunk.h. */
#include "job/chunk.h"

static int fetch(struct task *t, long seq, unsigned char **bytes, size_t *n, struct err *e)
{
	PGresult *res = NULL;

	*bytes = NULL;
	*n = 0;
	if (db_query(t->watch, "worker_chunk", ARGS(arg_long(t->id), arg_long(seq)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		*bytes = PQunescapeBytea((const unsigned char *)PQgetvalue(res, 0, 0), n);
		if (*bytes == NULL) {
			PQclear(res);
			return err_set(e, ERR_DB, "job_chunk", "a chunk of the upload cannot be read");
		}
	}
	PQclear(res);
	return 0;
}

int chunk_each(struct task *t, bool (*feed)(void *ctx, const char *bytes, size_t n),
    void *ctx, struct err *e)
{
	for (long seq = 0;; seq++) {
		unsigned char *bytes;
		size_t n;
		bool on;

		if (fetch(t, seq, &bytes, &n, e) != 0)
			return -1;
		if (bytes == NULL)
			return 0;
		on = feed(ctx, (const char *)bytes, n);
		PQfreemem(bytes);
		if (!on)
			return 0;
	}
}
