/* JSON that is sent as it is made.  Contract: emit.h. */
#include "api/emit.h"

#define MUCH ((size_t)64 * 1024)

int emit_flush(struct emit *out, struct err *e)
{
	int rc = out->buf.len > 0 ? out->sink(out->ctx, out->buf.data, out->buf.len, e) : 0;

	buf_reset(&out->buf);
	return rc;
}

int emit_some(struct emit *out, struct err *e)
{
	return out->buf.len < MUCH ? 0 : emit_flush(out, e);
}
