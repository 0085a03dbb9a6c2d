/* A byte buffer that grows.  Zero-initialize it (`struct buf b = {0};`);
 * buf_free ends it.  `data` is NUL-terminated whenever it is not NULL, and the
 * terminator is not counted in `len`.  Out of memory aborts. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_addch(struct buf *b, char c);
void buf_adds(struct buf *b, const char *s);
void buf_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The string in the buffer; "" if nothing was added.  Valid until the next call. */
const char *buf_str(const struct buf *b);

/* Empties the buffer and keeps its memory. */
void buf_reset(struct buf *b);
void buf_free(struct buf *b);

#endif
