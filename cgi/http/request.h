/* A request: the parameters that nginx sends, checked and copied to the request's arena.  This
 * file does not depend on FastCGI: http/fcgi.c and the tests pass the parameters and a function
 * that reads the body. */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Bits, so that a route can name several. */
enum http_method {
	HTTP_GET = 1 << 0,
	HTTP_HEAD = 1 << 1,
	HTTP_POST = 1 << 2,
	HTTP_PUT = 1 << 3,
	HTTP_DELETE = 1 << 4,
	HTTP_OTHER = 1 << 5	/* any other: no route serves it */
};

/* Reads at most n bytes of the body.  Returns their count, 0 at the end, -1 on
 * a failure. */
typedef long request_body(void *ctx, char *bytes, size_t n);

/* All texts live in `mem`; "" for a parameter that the web server did not send. */
struct request {
	struct arena *mem;
	/* Its code is not ERR_NONE if the request cannot be understood: `path` is ""
	 * then, and the answer is 400 with this message. */
	struct err error;
	const char *id;		/* random, 16 hex digits; for error pages and logs */
	enum http_method method;
	const char *path;	/* percent-decoded UTF-8 without "//", ".", ".." and control characters;
				 * the same as nginx's own (DOCUMENT_URI), if it sends that */
	const char *query;	/* as it came, behind the "?": form_parse reads it */
	const char *target;	/* path and query as they came */
	const char *content_type;
	long long content_length;	/* -1: no body */
	const char *remote_addr;
	bool https;
	bool beforehand;	/* nginx asks, before it reads the body, whether the request is allowed */
	bool refused;		/* the answer to such a question was no: there is no body */
	const char *host;	/* name and port as the client sent them; only characters of a host name */
	const char *accept_language;
	const char *tls_port;	/* the port of this site for TLS */

	/* Only for request.c. */
	const char *const *params;	/* NAME=value, ends with NULL */
	request_body *body;
	void *body_ctx;
	long long body_read;
};

/* Fills `req` from FastCGI parameters (NAME=value, ends with NULL; copied).  `body` and its ctx
 * must live as long as `req`.  Returns 0, or -1 with req->error set; all other fields can be
 * read then too. */
int request_init(struct request *req, struct arena *mem,
    const char *const *params, request_body *body, void *ctx);

/* A header by its lower-case name ("sec-fetch-site"), NULL if absent. */
const char *request_header(const struct request *req, const char *name);

/* The first cookie of that name, NULL if absent.  Not decoded. */
const char *request_cookie(const struct request *req, const char *name);

/* Reads the next bytes of the body, at most `cap`, and sets *n; 0 at the end.  Returns 0, or -1
 * with `e` (ERR_INVALID) if the body is shorter than its declared length: the bytes before must
 * not be used then. */
int request_read(struct request *req, char *bytes, size_t cap, size_t *n, struct err *e);

/* Whether the browser says that a page of another site made it send this request
 * (Sec-Fetch-Site, Origin). */
bool request_cross_site(const struct request *req);

/* Whether `path` is a place on this site that a redirect may lead to: begins
 * with one "/", not "//" nor "/\", no control character. */
bool request_own_path(const char *path);

#endif
