/* GET /1.1/openapi.json: the description of all of this, static/openapi.json. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/api.h"

int api_openapi(struct api *a, struct err *e)
{
	const char *path = arena_printf(a->mem, "%s/static/openapi.json", a->conf->share_dir);
	FILE *in = fopen(path, "rb");
	char bytes[8192];
	size_t n;
	int rc = 0;

	if (in == NULL)
		return err_set(e, ERR_IO, path, "cannot open: %s", strerror(errno));
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		response_body_add(a->res, bytes, n);
	if (ferror(in) != 0)
		rc = err_set(e, ERR_IO, path, "cannot be read");
	fclose(in);
	response_header(a->res, "Content-Type", "application/json");
	return rc;
}
