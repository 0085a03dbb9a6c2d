/* Reading a job's upload again.  Contract: reread.h. */
#include "users/reread.h"

#include "users/mapped.h"


static bool on_chunk(void *ctx, const char *bytes, size_t n)
{
	return reader_push(ctx, bytes, n) == 0;
}

/* Drops issues: the first reading has reported them. */
static bool on_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	(void)i;
	return true;
}

static struct reader_sink sink_of(const struct reread *to)
{
	return (struct reader_sink){ .ctx = to->ctx, .header = to->header, .record = to->record,
		.issue = on_issue };
}

/* Ends the reader; rc says whether the bytes could be fetched. */
static int end(struct reader *reader, int rc, bool *whole)
{
	/* reader_end fails too after an error or a stop. */
	bool ended = rc == 0 && reader_end(reader) == 0;

	if (whole != NULL)
		*whole = ended;
	reader_free(reader);
	return rc;
}

int reread_upload(struct task *t, enum reader_kind kind, const struct reread *to, bool *whole,
    struct err *e)
{
	const struct reader_limits limits = reader_limits_of(t->conf);
	const struct reader_sink sink = sink_of(to);
	struct reader *reader = reader_new(kind, &limits, &sink);
	struct mapped mapped;
	int rc;

	mapped_begin(&mapped, t, reader, false, e);
	rc = mapped.failed ? -1 : stored_each_of_task(t, on_chunk, reader, e);
	rc = end(reader, rc, whole);
	mapped_end(&mapped);
	return mapped.failed ? -1 : rc;
}

int reread_stored(const struct stored_file *f, const struct reread *to, bool *whole, struct err *e)
{
	const struct reader_sink sink = sink_of(to);
	struct reader *reader = reader_new(READER_CONVERT, &reader_limits_most, &sink);
	struct arena *mem = arena_new();
	int rc;

	/* The options do not apply to a masked copy, which has one sheet and is UTF-8. */
	if (f->as == STORED_AS_SENT && f->options != NULL)
		mapped_choose(reader, f->options, mem);
	rc = end(reader, stored_each(f, on_chunk, reader, e), whole);
	arena_free(mem);
	return rc;
}
