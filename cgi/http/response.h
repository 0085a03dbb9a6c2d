/* The answer to a request.
 *
 * Usually a handler sets the status, headers and body, and its caller sends them.  For a
 * download it calls response_stream_begin, then response_stream as often as needed; such an
 * answer ends cleanly unless response_abort was called.
 *
 * By default an answer is `text/html; charset=utf-8` and
 * `Cache-Control: no-store`. */
#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* Sends bytes to the web server.  Returns 0 or -1. */
typedef int response_write(void *ctx, const char *bytes, size_t n);

struct response {
	int status;		/* 200 at first */
	struct buf body;	/* may be added to directly until it is sent */

	/* Only for response.c. */
	struct arena *mem;
	struct response_field *fields, **fields_end;
	response_write *write;
	void *write_ctx;
	bool head;		/* a HEAD request: only headers are sent */
	bool sent;		/* the headers were sent */
	bool streaming;
	bool aborted;
};

/* The reason phrase of a status ("Not Found"); never NULL. */
const char *response_reason(int status);

/* An empty answer.  `head`: the request was HEAD.  response_free ends it. */
void response_init(struct response *res, struct arena *mem, bool head,
    response_write *write, void *ctx);
void response_free(struct response *res);

/* Sets a header, or replaces one of that name.  Returns 0, or -1 and sets nothing if the name is
 * not a token or the value has a control character. */
int response_header(struct response *res, const char *name, const char *value);

/* Sets a cookie for the whole site, HttpOnly.  `value`: only characters that a
 * cookie may hold, else -1 and nothing is set.  `max_age` in seconds; 0
 * deletes it, -1 lets it end with the browser. */
enum response_cookie_flags {
	COOKIE_SECURE = 1 << 0,
	COOKIE_STRICT = 1 << 1	/* SameSite=Strict, otherwise Lax */
};
int response_cookie(struct response *res, const char *name, const char *value,
    long max_age, unsigned flags);

/* Makes the answer a download with that file name (any UTF-8 text). */
void response_attachment(struct response *res, const char *filename);

void response_body_add(struct response *res, const char *bytes, size_t n);

/* 303 (or another) to `location`: a path of this site, or a URL.  Bytes that
 * a URL cannot hold are percent-encoded; the body is emptied. */
void response_redirect(struct response *res, int status, const char *location);

/* Drops the body and all headers except cookies and X-Request-Id, for an error page instead.
 * Returns 0, or -1 if the headers were already sent: call response_abort then. */
int response_restart(struct response *res);

/* response_stream_begin sends status and headers, response_stream the next bytes of the body.
 * Return 0, or -1 with `e` (ERR_IO: the client has disconnected). */
int response_stream_begin(struct response *res, struct err *e);
int response_stream(struct response *res, const char *bytes, size_t n, struct err *e);

/* Makes the answer look incomplete: its connection is cut instead of ended. */
void response_abort(struct response *res);

/* Sends an answer that is not a stream: headers with Content-Length, then the body.  The
 * handler's caller calls it once; it does nothing for a stream.  Returns 0, or -1 with `e`. */
int response_send(struct response *res, struct err *e);

#endif
