/* JSON that is sent as it is made: memory does not grow with what is written. */
#ifndef API_EMIT_H
#define API_EMIT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Takes bytes.  Returns 0, or -1 with `e`. */
typedef int emit_sink(void *ctx, const char *bytes, size_t n, struct err *e);

struct emit {
	struct buf buf;		/* may be added to directly; emit_flush sends it */
	emit_sink *sink;
	void *ctx;
};

/* Sends what has been added once it is 64 KiB or more.  Returns 0, or -1 with `e`. */
int emit_some(struct emit *out, struct err *e);

/* Sends all of it.  The caller ends out->buf with buf_free. */
int emit_flush(struct emit *out, struct err *e);

#endif
