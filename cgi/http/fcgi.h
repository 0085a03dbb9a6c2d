/* Serves FastCGI.  Only fcgi.c knows libfcgi. */
#ifndef HTTP_FCGI_H
#define HTTP_FCGI_H

#include <stdbool.h>

#include "base/err.h"
#include "http/request.h"
#include "http/response.h"

/* Answers one request: fills `res`, or streams the answer.  It must check req->error first. */
typedef void fcgi_handler(void *ctx, struct request *req, struct response *res);

/* Serves the listening socket `fd` (0 under spawn-fcgi), one request at a time, until SIGTERM,
 * SIGQUIT or SIGINT; the running request is finished first.  A client that disconnects ends
 * only its own request.  Returns 0 after the signal, or -1 with `e` if the socket cannot be
 * served. */
int fcgi_serve(int fd, fcgi_handler *handler, void *ctx, struct err *e);

/* Whether the signal has come.  A handler that waits for something then answers at once. */
bool fcgi_stopping(void);

#endif
