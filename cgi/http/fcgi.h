/* Serves FastCGI.  Only fcgi.c knows libfcgi. */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include <stdbool.h>

#include "base/err.h"
#include "http/request.h"
#include "http/response.h"

/* Answers one request by filling `res` (or streaming it).  It must look at
 * req->error first. */
typedef void fcgi_handler(void *ctx, struct request *req, struct response *res);

/* Serves the listening socket `fd` (0 under spawn-fcgi), one request at a
 * time, until SIGTERM, SIGQUIT or SIGINT, which let the running request end.  A client
 * that goes away ends only its own request.  Returns 0 after the signal, or
 * -1 with `e` where the socket cannot be served. */
int fcgi_serve(int fd, fcgi_handler *handler, void *ctx, struct err *e);

/* Whether the signal has come: a handler that waits for something answers without it. */
bool fcgi_stopping(void);

#endif
