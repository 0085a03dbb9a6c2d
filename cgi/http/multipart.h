/* multipart/form-data (RFC 7578, RFC 2046): a streaming push parser.
 *
 * However the body is cut into chunks, the sink gets the same calls, except that part_data
 * may come in more or fewer pieces.  Memory is bounded by the limits, not by the upload.  Preamble
 * and epilogue are skipped; the closing boundary is required. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct multipart_limits {
	size_t max_parts;
	size_t max_header;	/* bytes of one part's headers */
	size_t max_name;	/* bytes of a field's name */
	size_t max_field;	/* bytes of a part without a filename */
	long long max_total;	/* bytes of the whole body */
};

struct multipart_part {
	const char *name;	/* UTF-8 without control characters, not empty */
	/* NULL: a text field.  "": a file input for which no file was chosen.  Else the last
	 * component of the path that was sent: at most 255 bytes of UTF-8 without control
	 * characters, only to be shown. */
	const char *filename;
	const char *type;	/* Content-Type as sent, "" for none */
};

/* The caller's callbacks.  One that returns -1 with `e` filled stops the parser, which returns
 * that error.  The part's texts are valid during part_begin only. */
struct multipart_sink {
	void *ctx;
	int (*part_begin)(void *ctx, const struct multipart_part *part, struct err *e);
	int (*part_data)(void *ctx, const char *bytes, size_t n, struct err *e);
	int (*part_end)(void *ctx, struct err *e);
};

struct multipart;

/* A parser for a body with that Content-Type; the sink is copied.  NULL with `e` (ERR_INVALID)
 * if it is another type or has no valid boundary (1 to 70 characters of RFC 2046).
 * multipart_free ends it. */
struct multipart *multipart_new(const char *content_type,
    const struct multipart_limits *limits, const struct multipart_sink *sink,
    struct err *e);

/* Takes bytes.  Returns 0, or -1 with `e`: ERR_TOO_LARGE above a limit,
 * ERR_INVALID if the body is malformed, or the sink's own error.  After an
 * error every call returns it again. */
int multipart_push(struct multipart *m, const char *bytes, size_t n, struct err *e);

/* multipart_pause is only called in part_begin: multipart_push then returns before it has read
 * the part's content.  The bytes that were pushed must stay valid until multipart_resume, which
 * continues with them and returns as multipart_push does.  Without a pause multipart_resume
 * does nothing. */
void multipart_pause(struct multipart *m);
bool multipart_paused(const struct multipart *m);
int multipart_resume(struct multipart *m, struct err *e);

/* Says that the body is complete.  Returns 0, or -1 with ERR_INVALID "the upload was cut off"
 * if there was no closing boundary. */
int multipart_end(struct multipart *m, struct err *e);

void multipart_free(struct multipart *m);

#endif
