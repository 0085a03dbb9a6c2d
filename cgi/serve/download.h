/* A file that is sent while it is made: to a browser as a download, or by the API. */
#ifndef SERVE_DOWNLOAD_H
#define SERVE_DOWNLOAD_H

#include <stdbool.h>

#include "serve/dispatch.h"

struct download {
	struct call *call;
	const char *type;	/* Content-Type */
	const char *name;	/* of the file; NULL: an answer that is no file of its own */
	bool gone;		/* the client went away; set by download_send */
};

/* Sends n bytes, with the headers before the first ones; n may be 0.  `download` is a
 * struct download.  0, or -1 with `e` (ERR_IO) where the client went away. */
int download_send(void *download, const char *bytes, size_t n, struct err *e);

/* The same for callbacks that say whether to go on. */
bool download_feed(void *download, const char *bytes, size_t n);

/* Ends it; `rc` is what making the file came to.  A client that went away is no error: its
 * connection is cut.  Returns 0 then, else `rc`. */
int download_end(struct download *d, int rc);

/* The name of a file that is made of the file `sent`: "users.csv" and "errors.csv" make
 * "users-errors.csv"; with `end` NULL, its own.  Safe whatever was sent. */
const char *download_name(struct arena *mem, const char *sent, const char *end);

#endif
