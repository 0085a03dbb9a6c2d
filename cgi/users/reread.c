/* A job's upload read once more.  Contract: reread.h. */
#include "users/reread.h"

#include "job/chunk.h"
#include "users/stage.h"

static bool on_chunk(void *ctx, const char *bytes, size_t n)
{
	return reader_push(ctx, bytes, n) == 0;
}

/* They are known. */
static bool on_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	(void)i;
	return true;
}

int reread_upload(struct task *t, enum reader_kind kind, const struct reread *to, bool *whole,
    struct err *e)
{
	const struct reader_limits limits = stage_limits(t->conf);
	const struct reader_sink sink = { .ctx = to->ctx, .header = to->header, .record = to->record,
		.issue = on_issue };
	struct reader *reader = reader_new(kind, &limits, &sink);
	int rc = chunk_each(t, on_chunk, reader, e);
	/* After an error or a stop it says so once more. */
	bool ended = rc == 0 && reader_end(reader) == 0;

	if (whole != NULL)
		*whole = ended;
	reader_free(reader);
	return rc;
}
