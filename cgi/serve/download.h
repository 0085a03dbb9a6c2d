/* A file that is sent while it is made: a browser's download, or an answer of the API. */
#ifndef SERVE_DOWNLOAD_H
#define SERVE_DOWNLOAD_H

#include <stdbool.h>

#include "serve/dispatch.h"

struct download {
	struct call *call;
	const char *type;	/* Content-Type */
	const char *name;	/* file name of the download; NULL: not a download */
	bool gone;		/* the client has disconnected; set by download_send */
};

/* Sends n bytes (may be 0), and before the first ones the headers.  `download` is a struct
 * download.  Returns 0, or -1 with `e` (ERR_IO) if the client has disconnected. */
int download_send(void *download, const char *bytes, size_t n, struct err *e);

/* The same for callbacks that return whether to go on. */
bool download_feed(void *download, const char *bytes, size_t n);

/* Ends the download; `rc` is the result of making the file.  A client that has disconnected is
 * not an error: its connection is cut, and the result is 0.  Else returns `rc`. */
int download_end(struct download *d, int rc);

/* A file name made from the name `sent` of an upload: "users.csv" and the end "errors.csv" make
 * "users-errors.csv"; with `end` NULL it is the same name.  The result is a safe file name
 * whatever was sent, in `mem`. */
const char *download_name(struct arena *mem, const char *sent, const char *end);

#endif
