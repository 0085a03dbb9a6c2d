/* A file that is sent while it is made.  Contract: download.h. */
#include "serve/download.h"

#include <string.h>

#include "base/log.h"

int download_send(void *download, const char *bytes, size_t n, struct err *e)
{
	struct download *d = download;
	struct response *res = d->call->res;

	if (!res->streaming) {
		response_header(res, "Content-Type", d->type);
		if (d->name != NULL)
			response_attachment(res, d->name);
		d->gone = response_stream_begin(res, e) != 0;
	}
	if (!d->gone)
		d->gone = response_stream(res, bytes, n, e) != 0;
	return d->gone ? -1 : 0;
}

bool download_feed(void *download, const char *bytes, size_t n)
{
	return download_send(download, bytes, n, NULL) == 0;
}

int download_end(struct download *d, int rc)
{
	if (!d->gone)
		return rc;
	log_line(LOG_INFO, "%s: the client went away before the end of its file", d->call->req->id);
	response_abort(d->call->res);
	return 0;
}

/* Replaces all characters that a file name may not have on some system, and those of paths. */
static char *safe_name(struct arena *mem, const char *name)
{
	char *safe = arena_strdup(mem, *name != '\0' ? name : "file.csv");

	for (char *c = safe; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f || strchr("/\\:*?\"<>|", *c) != NULL
		    || (c == safe && *c == '.'))
			*c = '_';
	return safe;
}

const char *download_name(struct arena *mem, const char *sent, const char *end)
{
	const char *name = safe_name(mem, sent), *dot = strrchr(name, '.');
	size_t n = dot != NULL ? (size_t)(dot - name) : strlen(name);

	return end == NULL ? name : arena_printf(mem, "%.*s-%s", (int)n, name, end);
}
