/* JSON that is sent while it is made: memory does not grow with its size. */
#ifndef API_EMIT_H
#define API_EMIT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Receives bytes.  Returns 0, or -1 with `e`. */
typedef int emit_sink(void *ctx, const char *bytes, size_t n, struct err *e);

struct emit {
	struct buf buf;		/* callers add to it directly; emit_flush sends it */
	emit_sink *sink;
	void *ctx;
};

/* Sends the buffer if it has 64 KiB or more.  Returns 0, or -1 with `e`. */
int emit_some(struct emit *out, struct err *e);

/* Sends the buffer.  The caller ends out->buf with buf_free.  Returns 0, or -1 with `e`. */
int emit_flush(struct emit *out, struct err *e);

#endif
